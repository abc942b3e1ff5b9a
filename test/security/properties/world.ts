import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { lstat, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strangeConfigs } from './strange-configs.js'

/** What nobody may see again: secrets of flyops, of its callers, and what lies outside the project. */
export const canaries = {
  flyToken: 'canary-fly-token-6f1c',
  httpToken: 'canary-http-token-91ab',
  gitToken: 'canary-git-token-52de',
  appSecret: 'canary-app-secret-c07e',
  fileSecret: 'canary-file-secret-3b88',
  outside: 'canary-outside-e4d9',
} as const

/** The registry, and what answers for apps and containers: nothing else may be connected to. */
export const registryHost = '127.0.0.1:5000'
export const appHost = '127.0.0.1:8080'
/** An API on loopback may say that its apps are there too. */
export const apiUrl = 'http://127.0.0.1:4000'

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

const image = `${registryHost}/hello:1a2b3c4`
const digest = digestOf(image)

/** A machine's file system as flyops finds it: a project under git, and beside it what is none of its business. */
export interface World {
  readonly root: string
  readonly outside: string
  readonly state: string
  readonly temporary: string
  readonly home: string
  readonly programs: string
  /** Puts back what a call has written. */
  reset(): Promise<void>
  /** Entries of the folder for temporary files. */
  leftOver(): Promise<readonly string[]>
  /** Names, sizes and times of all that lies outside the project. */
  outsideNow(): Promise<string>
  journal(): Promise<string>
  remove(): Promise<void>
}

export function createWorld(): World {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'flyops-properties-')))
  const make = (name: string) => {
    const path = join(folder, name)
    mkdirSync(path, { mode: 0o700 })
    return path
  }
  const world = {
    root: make('project'),
    outside: make('outside'),
    state: make('state'),
    temporary: make('tmp'),
    home: make('home'),
    programs: make('programs'),
  }
  fillOutside(world.outside)
  fillProject(world.root)
  for (const name of ['docker', 'flyctl']) {
    writeFileSync(join(world.programs, name), '#!/bin/sh\nexit 97\n')
    chmodSync(join(world.programs, name), 0o755)
  }
  const journalFile = join(world.state, 'journal.jsonl')
  return {
    ...world,
    async reset() {
      await rm(world.state, { recursive: true, force: true })
      mkdirSync(world.state)
      writeFileSync(journalFile, history)
      for (const place of contexts) await removeWritten(join(world.root, place))
      symlinkSync('../outside/secret.toml', join(world.root, 'fly-linked.toml'))
      for (const name of await readdir(world.temporary))
        await rm(join(world.temporary, name), { recursive: true, force: true })
    },
    leftOver: () => readdir(world.temporary),
    outsideNow: () => describe(world.outside),
    journal: () => readFile(journalFile, 'utf8').catch(() => ''),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Folders of the project with a Dockerfile. */
export const contexts = ['.', 'sub', ...Object.keys(strangeConfigs)]

function fillOutside(folder: string): void {
  mkdirSync(join(folder, 'app'))
  for (const name of ['secret.toml', 'secrets.env', 'app/Dockerfile', 'app/fly.toml'])
    writeFileSync(join(folder, name), `SECRET=${canaries.outside}\n`)
}

/** With ways out of it, as a repository may hold them. */
function fillProject(root: string): void {
  mkdirSync(join(root, 'sub'))
  const dockerfile = 'FROM scratch\nCOPY . /\n'
  const files = {
    Dockerfile: dockerfile,
    'fly.toml': 'app = "hello"\n[env]\nMODE = "real"\n',
    '.gitignore': 'secrets.env\nfly-*.toml\n',
    '.dockerignore': 'secrets.env\n',
    'sub/Dockerfile': dockerfile,
    ...Object.fromEntries(
      Object.entries(strangeConfigs).flatMap(([folder, toml]) => [
        [`${folder}/Dockerfile`, dockerfile],
        [`${folder}/fly.toml`, toml],
      ]),
    ),
  }
  for (const folder of Object.keys(strangeConfigs)) mkdirSync(join(root, folder))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
  symlinkSync('../outside', join(root, 'link'))
  symlinkSync('../outside/secret.toml', join(root, 'link.toml'))
  symlinkSync('../outside/app/Dockerfile', join(root, 'Dockerfile.link'))
  symlinkSync('../../outside/secrets.env', join(root, 'sub', '.dockerignore'))
  symlinkSync('../../outside/app/fly.toml', join(root, 'sub', 'fly.toml'))
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
      cwd: root,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', HOME: root },
    })
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Add hello')
  git('branch', 'release/1')
  writeFileSync(join(root, 'secrets.env'), `FILE_SECRET=${canaries.fileSecret}\n`)
}

/** What deploys write. */
async function removeWritten(folder: string): Promise<void> {
  const written = (await readdir(folder)).filter((name) => /^\.?fly-.*\.toml/.test(name))
  for (const name of written) await rm(join(folder, name), { recursive: true, force: true })
}

async function describe(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).sort()
  const found = names.map(async (name) => {
    const { mode, size, mtimeMs, ctimeMs } = await lstat(join(folder, name))
    return [name, mode, size, mtimeMs, ctimeMs].join(' ')
  })
  return (await Promise.all(found)).join('\n')
}

/** What an earlier flyops has written down: a build, a push, a deploy, and a deploy that it left. */
const history = [
  ...operation('0000000000000001', 'build_image', { image }),
  ...operation('0000000000000002', 'push_image', { image, digest }),
  ...operation('0000000000000003', 'deploy_image', { verdict: 'healthy', release: 1, digest }),
  ...operation('0000000000000004', 'deploy_image', undefined),
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('')

function operation(id: string, tool: string, result: object | undefined): readonly object[] {
  const at = '2026-01-02T03:04:05.000Z'
  const facts = { toml: 'app = "hello"\n', image, digest, check_path: '/info', release_before: 0 }
  const args = { app: 'hello', image }
  return [
    { event: 'started', id, at, pid: 2 ** 30, platform: registryHost, tool, app: 'hello', args },
    ...(tool === 'deploy_image' ? [{ event: 'noted', id, at, facts }] : []),
    ...(result === undefined
      ? []
      : [{ event: 'ended', id, at, status: 'done', durationMs: 1, result }]),
  ]
}
