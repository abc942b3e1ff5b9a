import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type Check, type Finding, failed, ok, warning } from './check.js'

/** Where Docker keeps images on Linux; elsewhere they lie inside a virtual machine. */
const engineFolder = '/var/lib/docker'

const gigabyte = 1e9

export const disk: Check = {
  name: 'disk',
  fixWhenSlow: 'See whether the disk of the project folder answers.',
  async run({ project }) {
    const folders = [engineFolder, project?.context ?? tmpdir()]
    const free = await Promise.all(folders.map(freeBytes))
    return judgeFree(Math.min(...free.flatMap((bytes) => bytes ?? [])))
  },
}

/** Undefined where the folder cannot be asked, or is on no disk. */
async function freeBytes(folder: string): Promise<number | undefined> {
  return statfs(folder).then(
    ({ bavail, bsize, blocks }) => (blocks === 0 ? undefined : bavail * bsize),
    () => undefined,
  )
}

export function judgeFree(bytes: number): Finding {
  if (!Number.isFinite(bytes)) return warning('The free space is not known.')
  const free = `${(bytes / gigabyte).toFixed(1)} GB free`
  const fix = 'Free space, for example with `docker system prune`.'
  if (bytes < gigabyte / 2) return failed(`${free}: too little to build.`, fix)
  return bytes < 2 * gigabyte ? warning(`${free}: little for a build.`, fix) : ok(free)
}
