import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { loadTypeScript } from '../load-typescript.mjs'
import { startBalancer } from './balancer.mjs'
import { call, demand, inSandbox, main, say, state, step } from './place.mjs'

const scope = 'flyops'
const app = `hello-${Date.now().toString(36).slice(-5)}`

// Whoever signs in may look; whom the identity provider calls a lead may do everything.
const rules = `[[rule]]
name = "leads"
who = ["claim:leads"]
[[rule]]
name = "everybody"
who = ["*"]
tools = ["read"]
`

/** Two instances behind a load balancer, with a database and an identity provider: one dies in a deploy. */
export async function play({ keep }) {
  await inSandbox({ keep, sample: 'slow' }, async (place) => {
    const ends = []
    const begun = (started, end) => {
      ends.unshift(() => end(started))
      return started
    }
    try {
      await workTogether(await startAll(place, begun))
    } finally {
      for (const end of ends) await end()
    }
    say('\nOne of two instances died in a deploy, and the deploy was done once.')
  })
}

async function startAll({ root, env }, begun) {
  step('a database, an identity provider, a load balancer')
  const { hasPostgres, startPostgres } = await loadTypeScript('test/support/postgres.ts')
  demand(hasPostgres, 'there is no PostgreSQL server here: apt-get install postgresql')
  const database = begun(await startPostgres(), (started) => started.stop())
  const balancer = begun(await startBalancer(), (started) => started.stop())
  const url = new URL('/mcp', balancer.url)
  const identity = await loadTypeScript('test/support/authorization-server.ts')
  const issuer = begun(await identity.startAuthorizationServer(url.href, scope), (started) =>
    started.stop(),
  )
  const folder = begun(await mkdtemp(join(tmpdir(), 'flyops-team-')), (path) =>
    rm(path, { recursive: true, force: true }),
  )
  const policy = join(folder, 'rules.toml')
  await writeFile(policy, rules)
  say(`   identity provider ${issuer.issuer}, flyops ${url}`)

  step('two instances')
  const shared = { ...process.env, ...env, FLYOPS_DATABASE_URL: database.url }
  const flags = ['--oauth-issuer', issuer.issuer, '--public-url', url.href, '--policy', policy]
  for (const name of ['one', 'two']) {
    const instance = begun(await serve(root, flags, { ...shared, name }), (started) =>
      started.kill(),
    )
    balancer.add(name, instance)
    say(`   ${name}: ${instance.url}, process ${instance.pid}`)
  }
  return { balancer, issuer, url, shared }
}

async function serve(root, flags, { name, ...env }) {
  const child = spawn(
    process.execPath,
    [main, 'serve', '--http', '--port', '0', '--root', root, ...flags],
    {
      env: { ...env, FLYOPS_STATE_DIR: join(state, name) },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const ended = once(child, 'exit')
  let written = ''
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      written += chunk
      const [, address] = /Listening on (\S+)/.exec(written) ?? []
      if (address !== undefined) resolve(new URL(address))
    })
    ended.then(() => reject(new Error(written)))
  })
  return {
    url,
    pid: child.pid,
    async kill(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
  }
}

async function workTogether({ balancer, issuer, url, shared }) {
  step('anna signs in')
  const { signIn } = await loadTypeScript('test/support/sign-in.ts')
  const client = await signIn(url, { issuer, scope })
  const { tools } = await client.listTools()
  say(`   she may use ${tools.length} tools`)
  try {
    await shipAndLose(client, balancer)
  } finally {
    await client.close()
  }
  step('who did what')
  await execa(process.execPath, [main, 'list-operations', '--app', app], {
    env: shared,
    stdout: 'inherit',
    stderr: 'inherit',
  })
}

async function shipAndLose(client, balancer) {
  step('the same ship, asked for at both')
  const request = { app, skip_test: true, wait_seconds: 0 }
  const { job_id } = await call(client, 'ship', request)
  const owner = balancer.last()
  const joined = await call(client, 'ship', request)
  say(`   ${owner} ships; ${balancer.last()} has joined ${joined.job_id}`)
  demand(joined.job_id === job_id, 'the same call began twice')

  step(`${owner} dies, as the machine of the app is there and the app has yet to listen`)
  await untilCreated(client, job_id)
  await balancer.kill(owner)
  const { status, result } = await call(client, 'get_job', { job_id, wait_seconds: 60 })
  say(`   ${balancer.last()} says: ${status}, ${result.verdict}`)
  demand(result.verdict === 'healthy', `the app is ${result.verdict}`)
  const { releases } = await call(client, 'list_releases', { app })
  demand(releases.length === 1, `there are ${releases.length} releases`)
}

async function untilCreated(client, job_id) {
  for (let second = 0; second < 60; second += 1) {
    const { log = [] } = await call(client, 'get_job', { job_id, wait_seconds: 0, log_lines: 50 })
    if (log.some((line) => /was created/.test(line))) return
    await sleep(1_000)
  }
  throw new Error('no machine was created within a minute')
}
