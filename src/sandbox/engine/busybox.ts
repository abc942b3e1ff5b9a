import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FlyopsError } from '../../errors.js'
import { createPrivateFolder } from '../../process/private-folders.js'
import { findProgram } from '../../process/programs.js'
import { lastLines } from '../../process/tail.js'
import type { SandboxOptions } from '../options.js'
import type { DockerCli } from './docker-cli.js'

const busybox = 'busybox:latest'

type Options = Pick<SandboxOptions, 'run' | 'env'>

/**
 * Gives an engine of our own a base image without a download: Debian's busybox-static. Does nothing
 * where the image is there or busybox is not.
 */
export async function importBusybox(docker: DockerCli, options: Options): Promise<void> {
  if (!(await isThere(docker, busybox))) await importProgram(docker, busybox, options)
}

/**
 * Makes sure that the engine has an image of that name with a shell and httpd in it: of this machine's busybox, else of
 * the image busybox. Raises `image_not_found` where there is neither, and nothing can be pulled.
 */
export async function makeBaseImage(
  docker: DockerCli,
  name: string,
  options: Options,
): Promise<void> {
  if (await isThere(docker, name)) return
  if ((await importProgram(docker, name, options)) && (await works(docker, name))) return
  const pulled = (await isThere(docker, busybox)) ? undefined : await docker.run(['pull', busybox])
  if (pulled === undefined || pulled.outcome === 'ok') {
    await docker.text(['tag', busybox, name])
    return
  }
  throw new FlyopsError('image_not_found', 'sandbox', 'There is nothing to make a base image of.', {
    remedy: 'Install Debian\'s "busybox-static", or let docker pull the image busybox.',
    evidence: lastLines(pulled.stderr),
  })
}

async function isThere(docker: DockerCli, image: string): Promise<boolean> {
  return (await docker.run(['image', 'inspect', '--format={{.Id}}', image])).outcome === 'ok'
}

/** A busybox that needs libraries does not start without them. */
async function works(docker: DockerCli, image: string): Promise<boolean> {
  const { outcome } = await docker.run(['run', '--rm', '--network=none', image, 'true'])
  if (outcome !== 'ok') await docker.run(['image', 'rm', image])
  return outcome === 'ok'
}

/** False where this machine has no busybox. */
async function importProgram(
  docker: DockerCli,
  image: string,
  { run, env }: Options,
): Promise<boolean> {
  const folders = ['/bin', '/usr/bin']
  const { program } = await findProgram({ names: ['busybox'], path: undefined, folders })
  if (program === undefined) return false
  const { path: folder, remove } = await createPrivateFolder('busybox')
  try {
    const root = join(folder, 'root')
    const applets = await run({ program, args: ['--list'], env })
    await layOut(root, program, applets.stdout.trim().split('\n'))
    const archive = join(folder, 'root.tar')
    await run({ program, args: ['tar', '-C', root, '-cf', archive, '.'], env })
    await docker.text(['import', '--change=CMD ["sh"]', archive, image])
    return true
  } finally {
    await remove()
  }
}

async function layOut(root: string, program: string, applets: readonly string[]): Promise<void> {
  for (const name of ['bin', 'etc', 'tmp', 'var', 'root']) {
    await mkdir(join(root, name), { recursive: true })
  }
  await copyFile(program, join(root, 'bin', 'busybox'))
  for (const applet of applets) {
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet))
  }
  await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  await writeFile(join(root, 'etc', 'group'), 'root:x:0:\n')
}
