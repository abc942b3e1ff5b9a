// The whole flow in the sandbox, through an MCP client: one commit, two healthy apps.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { execa } from 'execa'

const { values: flags } = parseArgs({ options: { keep: { type: 'boolean', default: false } } })
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const sample = fileURLToPath(new URL('../test/fixtures/apps/hello', import.meta.url))
const suffix = Date.now().toString(36).slice(-5)
const [first, second] = [`hello-${suffix}`, `hello-${suffix}-two`]

const baseImage = 'flyops-base'

// A state folder of its own: the demo touches no sandbox and no journal of the user's.
const stateHome = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
const state = join(stateHome, 'flyops', 'demo')

const flyops = (...args) =>
  execa(process.execPath, [main, ...args], { stdout: 'inherit', stderr: 'inherit' })
const say = (text) => process.stdout.write(`${text}\n`)
const step = (text) => say(`\n── ${text}`)

let client
let work
try {
  step('a local Fly')
  // The app is known to stay up: no need to look for as long as at Fly.
  await flyops('sandbox', 'up', '--install', '--pace', 'quick', '--state', state)
  // The engine may not be able to pull anything.
  await flyops('sandbox', 'base-image', baseImage, '--state', state)
  step('a small app in a repository of its own')
  work = await commitSample()
  client = await connect(work)
  await deployBoth()
  say('\nOne commit, one image, two healthy apps.')
} catch (error) {
  say(`\nThe demo failed: ${error.message}`)
  process.exitCode = 1
} finally {
  await client?.close()
  if (work !== undefined) await rm(work, { recursive: true, force: true })
  if (flags.keep)
    say(`\nThe sandbox goes on: eval "$(npx flyops sandbox env --state ${state})" leads to it.`)
  else await flyops('sandbox', 'reset', '--state', state)
}

async function commitSample() {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-demo-'))
  await cp(sample, folder, { recursive: true })
  const dockerfile = join(folder, 'Dockerfile')
  const text = await readFile(dockerfile, 'utf8')
  await writeFile(dockerfile, text.replace('FROM busybox', `FROM ${baseImage}`))
  const git = (...args) =>
    execa('git', ['-c', 'user.name=demo', '-c', 'user.email=demo@localhost', ...args], {
      cwd: folder,
    })
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'Say hello')
  const { stdout } = await git('log', '--oneline')
  say(stdout)
  return folder
}

async function connect(root) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main, 'serve', '--root', root, '--log-level', 'warn'],
    env: { ...process.env, FLYOPS_STATE_DIR: join(state, 'flyops'), ...(await sandboxEnv()) },
    stderr: 'inherit',
  })
  const connected = new Client({ name: 'demo', version: '1' })
  await connected.connect(transport)
  const { tools } = await connected.listTools()
  say(`flyops offers ${tools.map(({ name }) => name).join(', ')}`)
  return connected
}

/** The `export NAME='value'` lines of `flyops sandbox env`. */
async function sandboxEnv() {
  const { stdout } = await execa(process.execPath, [main, 'sandbox', 'env', '--state', state])
  const lines = stdout.matchAll(/^export (\w+)='(.*)'$/gm)
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]))
}

async function deployBoth() {
  const fileBefore = await readFile(join(work, 'fly.toml'), 'utf8')
  await call('create_app', { app: first })
  const { image } = await call('build_image', { app: first })
  const { image_by_digest: pushed } = await call('push_image', { image })
  say(`   ${pushed}`)
  await call('deploy_image', { app: first, image })
  const before = await call('check_health', { app: first, expect_image: image })

  step('the same image to a second app')
  await call('create_app', { app: second })
  await call('deploy_image', { app: second, image })
  const health = await call('check_health', { app: second, expect_image: image })

  step('the first app is untouched')
  const after = await call('check_health', { app: first, expect_image: image })
  demand(after.release === before.release, 'the release of the first app changed')
  demand((await readFile(join(work, 'fly.toml'), 'utf8')) === fileBefore, 'fly.toml changed')
  say('   its release and fly.toml are as they were')

  step('the releases')
  for (const app of [first, second]) table(await call('list_releases', { app }))
  for (const { app, verdict, probe } of [after, health]) {
    say(
      `${app}: ${verdict}, ${probe.url} answers ${probe.status} ${JSON.stringify(probe.body_excerpt)}`,
    )
    demand(verdict === 'healthy', `${app} is ${verdict}`)
  }
}

async function call(name, args) {
  say(`\n${name} ${JSON.stringify(args)}`)
  const onprogress = ({ message, progress, total }) =>
    say(`   … ${message}${total === undefined ? '' : ` (${Math.round(progress)} %)`}`)
  const options = { onprogress, resetTimeoutOnProgress: true, timeout: 120_000 }
  const result = await client.callTool({ name, arguments: args }, undefined, options)
  const [{ text }] = result.content
  if (result.isError) throw new Error(text)
  say(`   ${text.split('\n')[0]}`)
  return result.structuredContent
}

function table({ app, releases }) {
  say(`\n${app}`)
  for (const { version, status, image, created_at, current } of releases) {
    say(`   v${version}  ${status.padEnd(9)} ${image}  ${created_at}${current ? '  current' : ''}`)
  }
}

function demand(isTrue, otherwise) {
  if (!isTrue) throw new Error(otherwise)
}
