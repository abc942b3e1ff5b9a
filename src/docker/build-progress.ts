import type { Warning } from '../errors.js'
import { createTail } from '../process/tail.js'
import type { ProgressUpdate } from '../progress.js'
import { type BuildSteps, createGraph, keepBytes } from './build-graph.js'
import type { BuilderKind } from './docker.js'

/** Follows what a builder prints, line by line. */
export interface BuildReader {
  /** What a line tells about progress; undefined where it tells nothing new. */
  read(line: string): ProgressUpdate | undefined
  steps(): BuildSteps
  /** The last output of the step that failed, or of the newest one. */
  failingOutput(): string
  /** What the builder itself warns of. */
  warnings(): readonly Warning[]
}

/** `onOutput` is told what people would see: buildx says it in JSON. */
export function createBuildReader(
  kind: BuilderKind,
  onOutput: (line: string) => void = () => {},
): BuildReader {
  switch (kind) {
    case 'buildx':
      return createRawJsonReader(onOutput)
    case 'buildkit':
      return repeating(createPlainReader(), onOutput)
    case 'legacy':
      return repeating(createLegacyReader(), onOutput)
  }
}

function repeating(reader: BuildReader, onOutput: (line: string) => void): BuildReader {
  return {
    ...reader,
    read(line) {
      onOutput(line)
      return reader.read(line)
    },
  }
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
  readonly warnings?: readonly { readonly short?: string }[]
}

/** `--progress=rawjson`: one JSON object a line (buildx 0.13 and newer). */
function createRawJsonReader(onOutput: (line: string) => void): BuildReader {
  const graph = createGraph()
  const checks = new Set<string>()
  return {
    read(line) {
      let update: ProgressUpdate | undefined
      const { vertexes = [], logs = [], warnings = [] } = parseLine(line)
      for (const { digest, name, completed, cached, error } of vertexes) {
        const vertex = graph.vertex(digest)
        if (name !== undefined && vertex.name === '') onOutput(name)
        vertex.name = name ?? vertex.name
        vertex.isDone ||= completed !== undefined
        vertex.isCached ||= cached === true
        vertex.error = error ?? vertex.error
        update = graph.progress(vertex) ?? update
      }
      for (const { vertex, data } of logs) {
        const text = decode(data)
        graph.vertex(vertex).output.push(text)
        for (const printed of text.split('\n')) if (printed.trim() !== '') onOutput(printed)
      }
      for (const { short = '' } of warnings) checks.add(decode(short))
      return update
    },
    steps: graph.steps,
    failingOutput: graph.failingOutput,
    warnings: () => [...checks].map(checkWarning),
  }
}

/** As much of the end of a message as anybody keeps; base64 stands in fours. */
const maxMessageChars = 4 * 2 ** 15

function decode(base64: string): string {
  return Buffer.from(base64.slice(-maxMessageChars), 'base64').toString()
}

/** A finding of BuildKit's build checks: "JSONArgsRecommended: JSON arguments recommended for CMD … (line 4)". */
function checkWarning(text: string): Warning {
  return { code: 'dockerfile_check', cosmetic: !text.startsWith('SecretsUsedInArgOrEnv'), text }
}

function parseLine(line: string): RawLine {
  if (!line.startsWith('{')) return {}
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
      const printed = /^\d+\.\d+ (.*)$/.exec(text)?.[1]
      if (vertex.name !== '' && printed !== undefined) {
        vertex.output.push(`${printed}\n`)
        return undefined
      }
      if (vertex.name === '') vertex.name = text
      else if (text === 'CACHED') vertex.isCached = true
      else if (text.startsWith('ERROR: ')) vertex.error = text
      vertex.isDone ||= text === 'CACHED' || text.startsWith('DONE')
      return graph.progress(vertex)
    },
    steps: graph.steps,
    failingOutput: graph.failingOutput,
    warnings: () => [],
  }
}

/** The legacy builder's last words, on standard error: they may be read before the step that they are about. */
const legacyVerdict = /^(?:(?:COPY|ADD) failed: |The command '.*' returned a non-zero code: \d+$)/

/** "Step 2/6 : RUN echo one", " ---> Using cache" (the legacy builder). */
function createLegacyReader(): BuildReader {
  let total = 0
  let cached = 0
  let step = ''
  let output = createTail(keepBytes)
  let verdict = ''
  const warnings: Warning[] = []
  return {
    read(line) {
      const [, number, count, text] = /^Step (\d+)\/(\d+) : (.*)$/.exec(line) ?? []
      if (text !== undefined) {
        total = Number(count)
        step = `[${number}/${count}] ${text}`
        output = createTail(keepBytes)
        return { message: step, percent: Math.round(((Number(number) - 1) / total) * 100) }
      }
      const unused = /^\[Warning\] (One or more build-args .* were not consumed)/.exec(line)?.[1]
      if (unused !== undefined)
        warnings.push({ code: 'build_arg_unused', cosmetic: false, text: `${unused}.` })
      else if (line === ' ---> Using cache') cached += 1
      else if (legacyVerdict.test(line)) verdict = `${line}\n`
      else if (!/^ ---> |^Removing intermediate container|^Sending build context/.test(line))
        output.push(`${line}\n`)
      return undefined
    },
    steps: () => ({ total, cached }),
    failingOutput: () => `${step}\n${output.toString()}${verdict}`,
    warnings: () => warnings,
  }
}
