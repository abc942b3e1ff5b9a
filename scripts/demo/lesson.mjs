import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { call, demand, inSandbox, main, say, state, step } from './place.mjs'

const suffix = Date.now().toString(36).slice(-5)
const [first, second] = [`hello-${suffix}`, `hello-${suffix}-two`]

/** The whole flow through an MCP client: one commit, two healthy apps. */
export async function play({ keep }) {
  await inSandbox({ keep, sample: 'hello' }, async (place) => {
    const client = await connect(place)
    try {
      await deployBoth(client, place)
    } finally {
      await client.close()
    }
    say('\nOne commit, one image, two healthy apps.')
  })
}

async function connect({ root, env }) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main, 'serve', '--root', root, '--log-level', 'warn'],
    env: { ...process.env, FLYOPS_STATE_DIR: join(state, 'flyops'), ...env },
    stderr: 'inherit',
  })
  const client = new Client({ name: 'demo', version: '1' })
  await client.connect(transport)
  const { tools } = await client.listTools()
  say(`flyops offers ${tools.map(({ name }) => name).join(', ')}`)
  return client
}

async function deployBoth(client, { root }) {
  const fileBefore = await readFile(join(root, 'fly.toml'), 'utf8')
  await call(client, 'create_app', { app: first })
  const { image } = await call(client, 'build_image', { app: first })
  const { image_by_digest: pushed } = await call(client, 'push_image', { image })
  say(`   ${pushed}`)
  await call(client, 'deploy_image', { app: first, image })
  const before = await call(client, 'check_health', { app: first, expect_image: image })

  step('the same image to a second app')
  await call(client, 'create_app', { app: second })
  await call(client, 'deploy_image', { app: second, image })
  const health = await call(client, 'check_health', { app: second, expect_image: image })

  step('the first app is untouched')
  const after = await call(client, 'check_health', { app: first, expect_image: image })
  demand(after.release === before.release, 'the release of the first app changed')
  demand((await readFile(join(root, 'fly.toml'), 'utf8')) === fileBefore, 'fly.toml changed')
  say('   its release and fly.toml are as they were')

  step('the releases')
  for (const app of [first, second]) table(await call(client, 'list_releases', { app }))
  for (const { app, verdict, probe } of [after, health]) {
    say(
      `${app}: ${verdict}, ${probe.url} answers ${probe.status} ${JSON.stringify(probe.body_excerpt)}`,
    )
    demand(verdict === 'healthy', `${app} is ${verdict}`)
  }
}

function table({ app, releases }) {
  say(`\n${app}`)
  for (const { version, status, image, created_at, current } of releases) {
    say(`   v${version}  ${status.padEnd(9)} ${image}  ${created_at}${current ? '  current' : ''}`)
  }
}
