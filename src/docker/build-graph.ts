import { createTail } from '../process/tail.js'
import type { ProgressUpdate } from '../progress.js'

/** How much of the end of a step's output is kept. */
export const keepBytes = 8_000

export interface BuildSteps {
  readonly total: number
  readonly cached: number
}

interface Vertex {
  name: string
  isDone: boolean
  isCached: boolean
  error: string
  readonly output: ReturnType<typeof createTail>
}

/** "[builder 2/5] RUN npm ci" → a step of five; "[internal] load …" → none. */
const stepPattern = /^\[(?:(\S+) )?(\d+)\/(\d+)\] /

/** The steps of BuildKit's graph, whichever way they are printed. */
export function createGraph() {
  const vertices = new Map<string, Vertex>()
  const steps = () => [...vertices.values()].filter(({ name }) => stepPattern.test(name))
  return {
    vertex(id: string): Vertex {
      const known = vertices.get(id)
      if (known !== undefined) return known
      const made = {
        name: '',
        isDone: false,
        isCached: false,
        error: '',
        output: createTail(keepBytes),
      }
      vertices.set(id, made)
      return made
    },
    progress({ name }: Vertex): ProgressUpdate | undefined {
      if (!stepPattern.test(name)) return undefined
      const done = steps().filter(({ isDone }) => isDone).length
      return { message: name, percent: Math.round((done / totalOf(steps())) * 100) }
    },
    steps: (): BuildSteps => ({
      total: steps().length,
      cached: steps().filter(({ isCached }) => isCached).length,
    }),
    failingOutput(): string {
      const failed = [...vertices.values()].find(({ error }) => error !== '')
      return failed === undefined
        ? ''
        : `${failed.name}\n${failed.output.toString()}${failed.error}`
    },
  }
}

/** A stage is announced step by step, but each of its steps says how many it has. */
function totalOf(steps: readonly Vertex[]): number {
  const stages = new Map<string, number>()
  for (const { name } of steps) {
    const [, stage = '', , total = '0'] = stepPattern.exec(name) ?? []
    stages.set(stage, Number(total))
  }
  return [...stages.values()].reduce((sum, total) => sum + total, 0)
}
