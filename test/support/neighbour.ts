import { spawnSync } from 'node:child_process'

/** Another user of this machine, without any rights: nobody. */
export const neighbour = { uid: 65534, gid: 65534 } as const

/** Only root can act as another user. */
export const canBeNeighbour = process.getuid?.() === 0

/** Runs a shell script as the neighbour, with `args` as $1 and on; the result is what it printed. */
export function asNeighbour(script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
    ...neighbour,
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
  })
  if (status !== 0) throw new Error(`the neighbour failed: ${stderr}`)
  return stdout
}
