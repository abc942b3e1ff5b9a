import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

export const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const samples = fileURLToPath(new URL('../../test/fixtures/apps', import.meta.url))
const baseImage = 'flyops-base'

// A state folder of its own: a demo touches no sandbox and no journal of the user's.
const stateHome = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
export const state = join(stateHome, 'flyops', 'demo')

export const say = (text) => process.stdout.write(`${text}\n`)
export const step = (text) => say(`\n── ${text}`)

export function demand(isTrue, otherwise) {
  if (!isTrue) throw new Error(otherwise)
}

const flyops = (...args) =>
  execa(process.execPath, [main, ...args], { stdout: 'inherit', stderr: 'inherit' })

/** A local Fly and a repository, for as long as `use` takes; what fails is said, and is the exit status. */
export async function inSandbox({ keep, sample }, use) {
  let root
  try {
    step('a local Fly')
    // The app is known to stay up: no need to look for as long as at Fly.
    await flyops('sandbox', 'up', '--install', '--pace', 'quick', '--state', state)
    // The engine may not be able to pull anything.
    await flyops('sandbox', 'base-image', baseImage, '--state', state)
    step('a small app in a repository of its own')
    root = await commitSample(sample)
    await use({ root, env: await sandboxEnv() })
  } catch (error) {
    say(`\nThe demo failed: ${error.message}`)
    process.exitCode = 1
  } finally {
    if (root !== undefined) await rm(root, { recursive: true, force: true })
    if (keep)
      say(`\nThe sandbox goes on: eval "$(npx flyops sandbox env --state ${state})" leads to it.`)
    else await flyops('sandbox', 'reset', '--state', state)
  }
}

async function commitSample(sample) {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-demo-'))
  await cp(join(samples, sample), folder, { recursive: true })
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

/** The `export NAME='value'` lines of `flyops sandbox env`. */
async function sandboxEnv() {
  const { stdout } = await execa(process.execPath, [main, 'sandbox', 'env', '--state', state])
  const lines = stdout.matchAll(/^export (\w+)='(.*)'$/gm)
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]))
}

/** Calls a tool, and says what was called, how far it is, and how it ended. Raises what the tool says. */
export async function call(client, name, args) {
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
