import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { projectRoot } from '../../support/paths.js'

/** What images on stand-ins of the Dockerfile's bases leave open. */
export const notProven =
  'that its real bases exist and hold what it copies, that npm ci and apt-get work in them, and that buildx and the real flyctl run in it'

/**
 * Stand-ins for the bases of flyops's Dockerfile, for machines that cannot pull them: this machine's Node,
 * git and docker on busybox.
 */
export interface BaseImages {
  /** Build arguments that put them in the place of the Dockerfile's bases. */
  readonly buildArgs: Readonly<Record<string, string>>
}

export async function makeBaseImages(env: Readonly<Record<string, string>>): Promise<BaseImages> {
  const buildArgs: Record<string, string> = {}
  for (const [argument, layOut] of Object.entries(bases)) {
    const image = `flyops-stand-in/${argument.toLowerCase()}`
    await makeImage(image, layOut, env)
    buildArgs[argument] = image
  }
  return { buildArgs }
}

type LayOut = (root: string) => Promise<void>

const bases: Readonly<Record<string, LayOut>> = {
  async NODE_IMAGE(root) {
    await addProgram(root, process.execPath, '/usr/local/bin/node')
    const git = (await execa('which', ['git'])).stdout
    await addProgram(root, await realpath(git), '/usr/bin/git')
    await addScript(root, '/usr/local/bin/npm', 'cp -R /opt/node_modules ./node_modules')
    await addScript(root, '/usr/bin/apt-get', 'echo "stand-in: $*"')
    await addText(
      root,
      '/etc/passwd',
      'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
    )
    await addText(root, '/etc/group', 'root:x:0:\nnode:x:1000:\n')
    await addModules(join(root, 'opt'))
  },
  async DOCKER_IMAGE(root) {
    const docker = (await execa('which', ['docker'])).stdout
    await addProgram(root, await realpath(docker), '/usr/local/bin/docker')
  },
  BUILDX_IMAGE: (root) => addScript(root, '/buildx', 'echo "stand-in for buildx"'),
  FLYCTL_IMAGE: (root) => addScript(root, '/flyctl', 'exec node /app/dist/flyctl.js "$@"'),
}

async function makeImage(
  image: string,
  layOut: LayOut,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-base-'))
  try {
    await layOut(join(folder, 'root'))
    await writeFile(join(folder, 'Dockerfile'), 'FROM busybox\nCOPY root/ /\n')
    await execa('docker', ['build', '--quiet', '--tag', image, folder], { env })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The program, and the libraries that it is linked with. */
async function addProgram(root: string, program: string, path: string): Promise<void> {
  await add(root, program, path)
  const { stdout } = await execa('ldd', [program], { reject: false })
  for (const [library] of stdout.matchAll(/\/\S+\.so\S*/g)) {
    await add(root, await realpath(library), library)
  }
}

async function add(root: string, from: string, path: string): Promise<void> {
  const target = join(root, path)
  await mkdir(dirname(target), { recursive: true })
  await copyFile(from, target)
}

async function addText(root: string, path: string, text: string): Promise<void> {
  const target = join(root, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, text)
}

async function addScript(root: string, path: string, line: string): Promise<void> {
  await addText(root, path, `#!/bin/sh\n${line}\n`)
  await chmod(join(root, path), 0o755)
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>
}

/** What the bundle is made of, and what makes it. */
async function addModules(target: string): Promise<void> {
  const text = await readFile(join(projectRoot, 'package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as Lockfile
  const needed = Object.entries(packages).filter(
    ([path, { dev }]) => path !== '' && (dev !== true || /^node_modules\/@?esbuild/.test(path)),
  )
  for (const [path] of needed) {
    const isOwn = (source: string) =>
      !source.slice(join(projectRoot, path).length).includes('/node_modules')
    await cp(join(projectRoot, path), join(target, path), { recursive: true, filter: isOwn }).catch(
      ignoreMissing,
    )
  }
}

/** Packages of other platforms are in the lockfile alone. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
