import { createTail } from '../process/tail.js'
import type { BuilderKind, ProgressUpdate } from './docker.js'

export interface BuildSteps {
  readonly total: number
  readonly cached: number
}

/** Follows what a builder prints, line by line. */
export interface BuildReader {
  /** What a line tells about progress; undefined where it tells nothing new. */
  read(line: string): ProgressUpdate | undefined
  steps(): BuildSteps
  /** The last output of the step that failed, or of the newest one. */
  failingOutput(): string
}

const keepChars = 8_000

export function createBuildReader(kind: BuilderKind): BuildReader {
  switch (kind) {
    case 'buildx':
      return createRawJsonReader()
    case 'buildkit':
      return createPlainReader()
    case 'legacy':
      return createLegacyReader()
  }
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
function createGraph() {
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
        output: createTail(keepChars),
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

interface RawLine {
  readonly vertexes?: readonly {
    readonly digest: string
    readonly name?: string
    readonly completed?: string
    readonly cached?: boolean
    readonly error?: string
  }[]
  readonly logs?: readonly { readonly vertex: string; readonly data: string }[]
}

/** `--progress=rawjson`: one JSON object a line (buildx 0.13 and newer). */
function createRawJsonReader(): BuildReader {
  const graph = createGraph()
  return {
    read(line) {
      let update: ProgressUpdate | undefined
      const { vertexes = [], logs = [] } = parseLine(line)
      for (const { digest, name, completed, cached, error } of vertexes) {
        const vertex = graph.vertex(digest)
        vertex.name = name ?? vertex.name
        vertex.isDone ||= completed !== undefined
        vertex.isCached ||= cached === true
        vertex.error = error ?? vertex.error
        update = graph.progress(vertex) ?? update
      }
      for (const { vertex, data } of logs) {
        graph.vertex(vertex).output.push(Buffer.from(data, 'base64').toString())
      }
      return update
    },
    steps: graph.steps,
    failingOutput: graph.failingOutput,
  }
}

function parseLine(line: string): RawLine {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

/** "#5 [base 2/2] RUN echo one", "#5 0.570 one", "#5 CACHED", "#5 DONE 0.6s", "#5 ERROR: …" (docker 20.10). */
function createPlainReader(): BuildReader {
  const graph = createGraph()
  return {
    read(line) {
      const [, id, text = ''] = /^#(\d+) (.*)$/.exec(line) ?? []
      if (id === undefined) return undefined
      const vertex = graph.vertex(id)
      if (vertex.name === '') vertex.name = text
      else if (text === 'CACHED') vertex.isCached = true
      else if (text.startsWith('ERROR: ')) vertex.error = text
      else if (/^\d+\.\d+ /.test(text)) vertex.output.push(`${text.replace(/^\d+\.\d+ /, '')}\n`)
      vertex.isDone ||= text === 'CACHED' || text.startsWith('DONE')
      return graph.progress(vertex)
    },
    steps: graph.steps,
    failingOutput: graph.failingOutput,
  }
}

/** "Step 2/6 : RUN echo one", " ---> Using cache" (the builder before BuildKit). */
function createLegacyReader(): BuildReader {
  let total = 0
  let cached = 0
  let step = ''
  let output = createTail(keepChars)
  return {
    read(line) {
      const [, number, count, text] = /^Step (\d+)\/(\d+) : (.*)$/.exec(line) ?? []
      if (text !== undefined) {
        total = Number(count)
        step = `[${number}/${count}] ${text}`
        output = createTail(keepChars)
        return { message: step, percent: Math.round(((Number(number) - 1) / total) * 100) }
      }
      if (line === ' ---> Using cache') cached += 1
      else if (!/^ ---> |^Removing intermediate container|^Sending build context/.test(line))
        output.push(`${line}\n`)
      return undefined
    },
    steps: () => ({ total, cached }),
    failingOutput: () => `${step}\n${output.toString()}`,
  }
}
