import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'

/** A process that takes locks when it is told to. */
export interface LockTaker {
  readonly pid: number
  /** Sends a line, and resolves with the word that comes back. */
  tell(line: string): Promise<string>
  /** SIGKILL: it cannot tidy up. */
  kill(): Promise<void>
}

/** Starts processes that work on locks as flyops does. */
export function useLockTakers(): (path: string) => Promise<LockTaker> {
  let folder: string
  let script: string
  const children: ChildProcessWithoutNullStreams[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flyops-takers-'))
    script = join(folder, 'lock-taker.mjs')
    const entry = fileURLToPath(new URL('./lock-taker.ts', import.meta.url))
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
    })
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  return async (path) => {
    const child = spawn(process.execPath, [script, path])
    children.push(child)
    const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => String((await words.next()).value)
    await next()
    return {
      pid: child.pid ?? 0,
      tell(line) {
        child.stdin.write(`${line}\n`)
        return next()
      },
      async kill() {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      },
    }
  }
}
