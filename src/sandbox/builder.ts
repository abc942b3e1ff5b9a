import { once } from 'node:events'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError } from '../errors.js'
import { createPrivateFolder } from '../process/private-folders.js'
import { lastLines } from '../process/tail.js'
import type { SandboxOptions } from './options.js'
import type { StateFiles } from './state-folder.js'

/** A buildkitd at which flyctl builds, as it does at one of Fly's builders. */
export interface Builder {
  /** `unix:///PATH` or `tcp://HOST:PORT`. */
  readonly address: string
  close(): Promise<void>
}

const readyWithinMs = 30_000

/** The one that is there, or one of our own; undefined where nobody asked for one. Raises `docker_daemon_down`. */
export async function openBuilder(
  options: SandboxOptions,
  files: StateFiles,
): Promise<Builder | undefined> {
  const { builder } = options
  if (builder === undefined) return undefined
  if ('address' in builder) return { address: builder.address, close: async () => {} }
  return startBuildkitd(options, { files, program: builder.program })
}

/** Which tells our buildkitd from all others when it has to be ended. */
export function rootArgument({ builder }: StateFiles): string {
  return `--root=${builder}`
}

async function startBuildkitd(
  { run, env, log }: SandboxOptions,
  { files, program }: { readonly files: StateFiles; readonly program: string },
): Promise<Builder> {
  // Not in the state folder, whose path may be longer than a socket's may (107 characters, unix(7)).
  const folder = await createPrivateFolder('builder')
  const socket = join(folder.path, 'socket')
  const address = `unix://${socket}`
  const ending = new AbortController()
  const args = [
    rootArgument(files),
    `--addr=${address}`,
    // Steps of a build see the network as the machines' engine does.
    '--oci-worker-net=host',
    '--containerd-worker=false',
  ]
  const ended = run({ program, args, env }, { signal: ending.signal, keepBytes: 8192 })
  async function close(): Promise<void> {
    ending.abort()
    await ended
    await folder.remove()
  }
  const failure = await Promise.race([
    ended.then(({ stderr }) => lastLines(stderr, 5)),
    answers(socket, ending.signal),
  ])
  if (failure === undefined) {
    void ended.then(() => ending.signal.aborted || log.warn({}, 'the buildkitd ended'))
    return { address, close }
  }
  await close()
  throw new FlyopsError(
    'docker_daemon_down',
    'sandbox',
    'The sandbox could not start a buildkitd.',
    {
      remedy: 'Correct what the evidence shows, or leave FLYOPS_SANDBOX_BUILDKITD out.',
      evidence: failure,
    },
  )
}

/** Resolves with undefined as soon as somebody listens, else with what is wrong. */
async function answers(socket: string, signal: AbortSignal): Promise<string | undefined> {
  const deadlineMs = Date.now() + readyWithinMs
  while (Date.now() < deadlineMs && !signal.aborted) {
    const connection = createConnection(socket)
    const isThere = await once(connection, 'connect').then(
      () => true,
      () => false,
    )
    connection.destroy()
    if (isThere) return undefined
    await sleep(100)
  }
  return 'It did not answer.'
}
