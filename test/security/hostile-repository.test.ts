import { createHash } from 'node:crypto'
import { chmod, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { FlyopsError } from '../../src/errors.js'
import { connectClient, type TestClient } from '../support/client.js'
import { startGitServer } from '../support/git-server.js'
import { bearer, errorCodeOf, send, startHttpServer, toolCall } from '../support/http-server.js'
import { compiledCode, fixtureProgram } from '../support/paths.js'
import { played } from '../support/played.js'
import {
  createTempFolder,
  createTempRepo,
  gitEnv,
  openGit,
  type TempRepo,
} from '../support/temp-repo.js'
import {
  addFiltered,
  clonable,
  type Hostile,
  hostiles,
  type Target,
  writeRecorder,
} from './hostile-repositories.js'

const limits = { signal: new AbortController().signal, timeoutMs: 30_000, maxBytes: 50e6 }
const secrets = { FLY_API_TOKEN: 'FlyV1 fm2_hush', FLYOPS_HTTP_TOKEN: 'http-0123456789-hush' }
const docker = {
  '--version': { stdout: 'Docker version 28.2.2, build 0000000' },
  'buildx version': { stdout: 'github.com/docker/buildx v0.30.1 0000000' },
  'image inspect': { stderr: 'Error: No such image: x\n', exit: 1 },
}
const flyctl = {
  'status --app': { stderr: 'Error: Could not find App "hello"\n', exit: 1 },
  'orgs list': { stdout: '{"personal":"Joe"}' },
  'config validate': { stdout: 'Configuration is valid\n' },
}

/** What comes of a build here, where docker makes no image. */
const codes = {
  built: 'build_failed',
  refused: 'not_a_git_repo',
  incomplete: 'source_unavailable',
  absent: 'invalid_input',
}

let repo: TempRepo
/** The user's home, and what must stay out of the repository. */
let beside: TempRepo
let env: Record<string, string>

beforeEach(async () => {
  repo = await createTempRepo()
  beside = await createTempFolder()
  env = environmentOf(beside)
})
afterEach(async () => {
  await repo.remove()
  await beside.remove()
})

async function makeHostile({ make }: Hostile): Promise<Target> {
  const program = await writeRecorder(beside.at('program'), beside.at('record'))
  const given = await make(repo, program)
  const { outcome = 'built' } = given
  return { context: '.', ref: 'HEAD', refOutcome: outcome, ...given, outcome }
}

/** What flyops gets from its user. */
function environmentOf(home: TempRepo): Record<string, string> {
  return {
    ...secrets,
    PATH: process.env.PATH ?? '',
    HOME: home.root,
    ...compiledCode,
    NPM_TOKEN: 'npm-hush',
    FLYOPS_STATE_DIR: home.at('state'),
    FLYOPS_DOCKER: fixtureProgram('fake-docker'),
    FAKE_DOCKER: played(docker),
    FAKE_DOCKER_CALLS: home.at('calls'),
    FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
    FAKE_FLYCTL: played(flyctl),
    FAKE_FLYCTL_CALLS: home.at('calls'),
  }
}

/** What the program wrote that nothing was to start. */
const record = () => readFile(beside.at('record'), 'utf8').catch(() => '')

/** Of the builds that docker was asked for, as their labels have them. */
async function builtCommits(): Promise<readonly (string | undefined)[]> {
  const lines = (await readFile(beside.at('calls'), 'utf8').catch(() => '')).split('\n')
  const builds = lines.filter((line) => line.startsWith('buildx build'))
  return builds.map((line) => /image\.revision=(\w+)/.exec(line)?.[1])
}

function describeContext(context: string, gitVariables = gitEnv) {
  const place = { context: repo.at(context), dockerfile: repo.at('Dockerfile') }
  const git = openGit({ ...gitVariables, ...secrets })
  return git.describe({ ...place, isSent: () => true }).catch((error: FlyopsError) => error)
}

async function checkOut(context: string, ref: string, gitVariables = gitEnv): Promise<void> {
  const git = openGit({ ...gitVariables, ...secrets })
  const wanted = { folder: repo.at(context), ref }
  const checkout = await git.checkOutLocal(wanted, limits).catch(() => undefined)
  await checkout?.remove()
}

/** One server that only reads, for every repository under the folder of temporary files. */
let reader: TestClient
let readersHome: TempRepo

beforeAll(async () => {
  readersHome = await createTempFolder()
  const root = dirname(readersHome.root)
  reader = await connectClient({ root, env: environmentOf(readersHome), args: ['--read-only'] })
})
afterAll(async () => {
  await reader.close()
  await readersHome.remove()
})

describe.each(hostiles)('$name', (hostile) => {
  test('starts nothing when git looks at it', async () => {
    const { context, ref, outcome } = await makeHostile(hostile)
    const commit = await repo.git('rev-parse', 'HEAD')
    const state = await describeContext(context)
    await checkOut(context, ref)
    expect(await record()).toBe('')
    expect(state).toMatchObject(outcome === 'built' ? { commit } : { code: codes[outcome] })
  })

  test('starts nothing in the tools, and none builds another commit', async () => {
    const { context, ref, outcome, refOutcome } = await makeHostile(hostile)
    const commit = await repo.git('rev-parse', 'HEAD')
    const fromReader = join(basename(repo.root), context)
    const { checks } = await reader.call<Examined>('doctor', { context: fromReader })
    const client = await connectClient({ root: repo.root, env })
    const request = { app: 'hello', context }
    const plan = { ...request, internal_port: 8080, plan_only: true }
    const planned = await (outcome === 'built'
      ? client.call('ship', plan)
      : client.fail('ship', plan))
    const plain = await client.fail('build_image', request)
    const older = await client.fail('build_image', { ...request, ref })
    await client.close()
    expect(await record()).toBe('')
    expect([plain.code, older.code]).toEqual([codes[outcome], codes[refOutcome]])
    expect(planned).toMatchObject(
      outcome === 'built'
        ? { image: expect.stringContaining(`:${commit.slice(0, 7)}`) }
        : { code: codes[outcome] },
    )
    // On a busy machine it may not come to an end.
    const found = outcome === 'built' ? commit.slice(0, 7) : 'work tree|does not have all'
    const { detail } = checks.find(({ name }) => name === 'git') ?? {}
    expect(detail).toMatch(new RegExp(`${found}|No answer within`))
    const built = [outcome, refOutcome].filter((one) => one === 'built')
    expect(await builtCommits()).toEqual(built.map(() => commit))
  })
})

interface Examined {
  readonly checks: readonly { readonly name: string; readonly detail: string }[]
}

test.each(clonable)('over HTTP, $name starts nothing', async (hostile) => {
  const { context, outcome } = await makeHostile(hostile)
  const token = 'builder-0123456789abcdef'
  const sha256 = createHash('sha256').update(token).digest('hex')
  const entry = { name: 'builder', sha256, tools: ['build_image'], apps: ['hello'] }
  await writeFile(beside.at('tokens'), JSON.stringify({ tokens: [entry] }))
  const elsewhere = await startGitServer(dirname(repo.root))
  const server = await startHttpServer({
    root: repo.root,
    args: ['--tokens', beside.at('tokens')],
    env: { ...env, FLYOPS_GIT_HOSTS: new URL(elsewhere.url).host },
  })
  const source = { git_url: `${elsewhere.url}/${basename(repo.root)}/.git`, ref: 'main' }
  for (const more of [{}, { ref: 'HEAD' }, { source }]) {
    const body = toolCall('build_image', { app: 'hello', context, ...more })
    const answer = await send(server.url, { headers: bearer(token), body })
    expect(errorCodeOf(answer)).toBe(codes[outcome])
  }
  await server.stop()
  await elsewhere.close()
  expect(await record()).toBe('')
  expect(await builtCommits()).toEqual([])
})

describe('a git that does not know one of the defences', () => {
  /** The user's git, without a variable of its environment. */
  async function gitWithout(variable: string): Promise<typeof gitEnv> {
    const script = `#!/bin/sh\nunset ${variable}\nPATH='${gitEnv.PATH}' exec git "$@"\n`
    await beside.write('bin/git', script)
    await chmod(beside.at('bin/git'), 0o755)
    return { ...gitEnv, PATH: `${beside.at('bin')}:${gitEnv.PATH}` }
  }

  const byName = (name: RegExp) => hostiles.find((hostile) => name.test(hostile.name)) as Hostile

  test.each(['GIT_NO_LAZY_FETCH', 'GIT_ALLOW_PROTOCOL'])(
    '%s: the other one holds',
    async (variable) => {
      const { ref } = await makeHostile(byName(/^a branch whose commit/))
      await checkOut('.', ref, await gitWithout(variable))
      expect(await record()).toBe('')
    },
  )

  test.each(clonable)('none: git itself refuses $name', async (hostile) => {
    const { context } = await makeHostile(hostile)
    const state = await describeContext(context)
    expect(state).toMatchObject({ message: expect.stringContaining('lies in one') })
  })

  test.each(clonable)('safe.bareRepository: $name is refused all the same', async (hostile) => {
    const { context } = await makeHostile(hostile)
    const state = await describeContext(context, await gitWithout('GIT_CONFIG_COUNT'))
    expect(state).toMatchObject({ code: 'not_a_git_repo' })
    expect(await record()).toBe('')
  })
})

test('a program called git among its files is not taken for git', async () => {
  await writeRecorder(repo.at('git'), beside.at('record'))
  await repo.commitAll()
  const commit = await repo.git('rev-parse', 'HEAD')
  for (const here of ['', '.']) {
    const state = await describeContext('.', { ...gitEnv, PATH: `${here}:${gitEnv.PATH}` })
    expect(await record()).toBe('')
    expect(state).toMatchObject({ commit })
  }
})

test('a filter of the user’s own runs, and gets no token', async () => {
  const program = await writeRecorder(beside.at('program'), beside.at('record'))
  await beside.write('.gitconfig', `[filter "chosen"]\nclean = ${program}; cat\n`)
  await addFiltered(repo)
  // Only a file that may have changed goes through it.
  await utimes(repo.at('a.txt'), 1, 1)
  const client = await connectClient({ root: repo.root, env })
  await client.call('doctor', {})
  await client.close()
  expect(await record()).toMatch(/^started$/m)
  expect(await record()).not.toMatch(/hush|FLY/)
})

test('a filter of the user’s own gets no setting of a hostile repository', async () => {
  // As LFS does: lfs.extension.*.clean is a command that `git-lfs clean` runs.
  const program = await writeRecorder(beside.at('program'), beside.at('record'))
  await beside.write('lfs', '#!/bin/sh\n$(git config lfs.extension.x.clean)\ncat\n')
  await chmod(beside.at('lfs'), 0o755)
  await beside.write('.gitconfig', `[filter "lfs"]\nclean = ${beside.at('lfs')}\n`)
  await addFiltered(repo)
  await repo.git('config', 'lfs.extension.x.clean', program)
  const variables = { ...gitEnv, GIT_CONFIG_GLOBAL: beside.at('.gitconfig') }
  expect(await describeContext('.', variables)).toMatchObject({ dirtyPaths: [] })
  expect(await record()).toBe('')
})

test('buildx, which would ask git about the context, is told not to', async () => {
  await beside.write('docker', '#!/bin/sh\n[ "$2" = build ] && env >"$HOME/record"\necho v0.30.1\n')
  await chmod(beside.at('docker'), 0o755)
  const client = await connectClient({
    root: repo.root,
    env: { ...env, FLYOPS_DOCKER: beside.at('docker') },
  })
  await client.fail('build_image', { app: 'hello' })
  await client.close()
  expect(await record()).toMatch(/^BUILDX_GIT_INFO=0$/m)
  expect(await record()).toMatch(/^BUILDX_GIT_LABELS=0$/m)
})

describe('a submodule that is the repository itself comes to an end', () => {
  /** git takes it for unchanged, so that only going round in a circle remains. */
  async function addSubmodule(path: string): Promise<void> {
    const entry = `160000,${await repo.git('rev-parse', 'HEAD')},${path}`
    await repo.git('update-index', '--add', '--cacheinfo', entry)
    await repo.git('update-index', '--assume-unchanged', '--', path)
  }

  async function expectAnEnd(): Promise<void> {
    const tree = await repo.git('write-tree')
    await repo.git('update-ref', 'HEAD', await repo.git('commit-tree', '-m', 'Round', tree))
    expect(await repo.git('status', '--porcelain', '--ignore-submodules=dirty')).toBe('')
    expect(await describeContext('.')).toMatchObject({ root: repo.root })
  }

  test('by a link', async () => {
    await addSubmodule('round')
    await symlink('.', repo.at('round'))
    await expectAnEnd()
  })

  test('by a path that leads out and in again', async () => {
    const path = `--/${basename(repo.root)}`
    await addSubmodule(path)
    const index = await readFile(repo.at('.git/index'))
    index.write('../', index.indexOf(path))
    const content = index.subarray(0, -20)
    // An index ends with its own checksum (git help index-format).
    const checksum = createHash('sha1').update(content).digest()
    await writeFile(repo.at('.git/index'), Buffer.concat([content, checksum]))
    await expectAnEnd()
  })
})
