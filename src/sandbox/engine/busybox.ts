import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFolder } from '../../process/private-folders.js'
import { findProgram } from '../../process/programs.js'
import type { SandboxOptions } from '../options.js'
import type { DockerCli } from './docker-cli.js'

const image = 'busybox:latest'

/**
 * Gives an engine of our own a base image without a download: Debian's busybox-static. Does nothing
 * where the image is there or busybox is not.
 */
export async function importBusybox(
  docker: DockerCli,
  { run, env }: Pick<SandboxOptions, 'run' | 'env'>,
): Promise<void> {
  if ((await docker.run(['image', 'inspect', '--format={{.Id}}', image])).outcome === 'ok') return
  const folders = ['/bin', '/usr/bin']
  const { program } = await findProgram({ names: ['busybox'], path: undefined, folders })
  if (program === undefined) return
  const { path: folder, remove } = await createPrivateFolder('busybox')
  try {
    const root = join(folder, 'root')
    const applets = await run({ program, args: ['--list'], env })
    await layOut(root, program, applets.stdout.trim().split('\n'))
    const archive = join(folder, 'root.tar')
    await run({ program, args: ['tar', '-C', root, '-cf', archive, '.'], env })
    await docker.text(['import', '--change=CMD ["sh"]', archive, image])
  } finally {
    await remove()
  }
}

async function layOut(root: string, busybox: string, applets: readonly string[]): Promise<void> {
  for (const name of ['bin', 'etc', 'tmp', 'var', 'root']) {
    await mkdir(join(root, name), { recursive: true })
  }
  await copyFile(busybox, join(root, 'bin', 'busybox'))
  for (const applet of applets) {
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet))
  }
  await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  await writeFile(join(root, 'etc', 'group'), 'root:x:0:\n')
}
