import { readFile } from 'node:fs/promises'
import type { Run } from '../../process/command.js'
import { findProgram } from '../../process/programs.js'
import type { Environment } from '../options.js'

export interface MountsOptions {
  readonly run: Run
  readonly env: Environment
  /** Absolute. */
  readonly folder: string
}

/** Unmounts whatever an engine that was killed has left mounted in a folder; none is no failure. */
export async function unmountBelow({ run, env, folder }: MountsOptions): Promise<void> {
  const below = (await mountPoints()).filter((path) => path.startsWith(`${folder}/`))
  if (below.length === 0) return
  const folders = ['/usr/bin', '/bin']
  const { program = 'umount' } = await findProgram({ names: ['umount'], path: env.PATH, folders })
  for (const path of below.toReversed())
    await run({ program, args: ['--lazy', '--', path], env }, { timeoutMs: 10_000 })
}

/** In the order in which they were mounted (proc(5), mountinfo: octal where a path has spaces). */
async function mountPoints(): Promise<readonly string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return text.split('\n').map((line) => unescapeOctal(line.split(' ')[4] ?? ''))
}

/** "/a\\040b" is "/a b". */
function unescapeOctal(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}
