import type { RunOptions, RunResult } from '../process/command.js'
import { createRedact, createRedaction } from '../process/redact.js'
import { type BuildReader, createBuildReader } from './build-progress.js'
import type { BuilderKind, BuildRequest, WorkOptions } from './docker.js'
import { stageContext } from './staging.js'

export interface FollowedBuild {
  readonly result: RunResult
  readonly reader: BuildReader
  /** The last output of the step that failed, or of the newest one. */
  readonly failingOutput: string
}

export interface BuildRun {
  /** Whose output is to be read, and how it takes files out of a context. */
  readonly kind: BuilderKind
  /** Builds what lies where the request says now. */
  readonly run: (placed: BuildRequest, options: RunOptions) => Promise<RunResult>
}

/** buildx prints a message of BuildKit as one line: 1 MiB of output, in base64 (BuildKit, client/status.go). */
const maxLineBytes = 8 * 2 ** 20

/** Follows a build to its end, whatever that is; values of build secrets are shown nowhere. */
export async function followBuild(
  { kind, run }: BuildRun,
  request: BuildRequest,
  options: WorkOptions,
): Promise<FollowedBuild> {
  const { redact, hide } = createRedaction(createRedact([]))
  for (const { value } of request.secrets ?? []) hide(value)
  const reader = createBuildReader(kind, (line) => options.onOutput?.(redact(line)))
  const staged = await stageContext(kind, request, request.excluded)
  try {
    const result = await run(
      { ...request, ...staged },
      {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(kind === 'buildx' ? { maxLineBytes } : {}),
        onLine(line) {
          const update = reader.read(line)
          if (update !== undefined)
            options.onProgress?.({ ...update, message: redact(update.message) })
        },
      },
    )
    const shown = { ...result, stderr: redact(result.stderr) }
    return { result: shown, reader, failingOutput: redact(reader.failingOutput()) }
  } finally {
    await staged.remove()
  }
}
