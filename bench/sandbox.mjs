import { execFile, execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { longest, median } from './rows.mjs'
import { withSandboxState } from './with-sandbox.mjs'

const exec = promisify(execFile)
const appCount = 50
const machinesOfAnApp = 4
const startedApps = 40
const rounds = 7
const mostAddedMs = 50
const mostMegabytes = 200
const mostSecondsToReady = 2

/** How soon a sandbox is ready where an engine runs, and what 200 machines in it cost whoever asks for one app. */
export async function* sandbox() {
  yield* await withSandboxState(async (main) => {
    const env = main.up('--pace', 'quick')
    const { DOCKER_HOST = process.env.DOCKER_HOST } = env
    const ready = await withSandboxState((other) => timeStarts(other), { DOCKER_HOST })
    return [
      longest('a sandbox is ready, with an engine', ready, mostSecondsToReady),
      ...(await crowd({ ...main, env })),
    ]
  })
}

async function timeStarts({ up, down }) {
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    up()
    times.push(performance.now() - startedAt)
    down()
  }
  return times
}

async function crowd({ pid, env }) {
  const apps = Array.from({ length: appCount }, (_, index) => `crowd-${index}`)
  const [first, ...others] = apps
  const ask = asking(env)
  const image = await pushImage(env, () => ask('/v1/apps', { name: first, org_slug: 'personal' }))
  const create = (app, skip_launch) =>
    ask(`/v1/apps/${app}/machines`, { config: configOf(image), skip_launch })
  await create(first, false)
  const alone = await timeStatus(env, first)
  for (const name of others) await ask('/v1/apps', { name, org_slug: 'personal' })
  for (const [index, app] of apps.entries())
    for (let n = index === 0 ? 1 : 0; n < machinesOfAnApp; n += 1)
      await create(app, index >= startedApps || n > 0)
  await settle(ask, apps)
  const among = await timeStatus(env, first)
  const addedMs = median(among) - median(alone)
  const megabytes = await peakMegabytes(await pid())
  const machines = `${appCount * machinesOfAnApp} machines of ${appCount} apps`
  return [
    {
      name: `flyctl status among ${machines}`,
      value: `${addedMs > 0 ? '+' : ''}${addedMs.toFixed(0)} ms`,
      limit: `≤ +${mostAddedMs} ms (alone ${median(alone).toFixed(0)} ms)`,
      isKept: addedMs <= mostAddedMs,
    },
    {
      name: '  most memory of the sandbox’s process',
      value: `${megabytes.toFixed(0)} MB`,
      limit: `≤ ${mostMegabytes} MB (${startedApps} of the machines run)`,
      isKept: megabytes <= mostMegabytes,
    },
  ]
}

function asking({ FLY_API_BASE_URL, FLY_API_TOKEN }) {
  return async (path, body) => {
    const headers = { authorization: `Bearer ${FLY_API_TOKEN}` }
    const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${FLY_API_BASE_URL}${path}`, { headers, ...how })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json()
  }
}

/** The engine's busybox, pushed for the first app. */
async function pushImage(env, createApp) {
  const docker = (...args) => execFileSync('docker', args, { env: { ...process.env, ...env } })
  await createApp()
  const image = `${env.FLY_REGISTRY_HOST}/crowd-0:1`
  execFileSync('docker', ['login', '--username=x', '--password-stdin', env.FLY_REGISTRY_HOST], {
    env: { ...process.env, ...env },
    input: env.FLY_API_TOKEN,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  docker('tag', 'busybox', image)
  docker('push', '--quiet', image)
  return image
}

function configOf(image) {
  const check = { type: 'http', path: '/bin/sh', interval: '2s', timeout: '2s' }
  const service = { internal_port: 8080, ports: [{ port: 80 }], checks: [check] }
  return { image, init: { exec: ['httpd', '-f', '-p', '8080', '-h', '/'] }, services: [service] }
}

/** Until each machine that is to run does. */
async function settle(ask, apps) {
  for (const app of apps.slice(0, startedApps)) {
    const [machine] = await ask(`/v1/apps/${app}/machines`)
    await ask(`/v1/apps/${app}/machines/${machine.id}/wait?state=started&timeout=300`)
  }
}

async function timeStatus(env, app) {
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    await exec(env.FLYOPS_FLYCTL, ['status', '--json', '--app', app], {
      env: { ...process.env, ...env },
    })
    times.push(performance.now() - startedAt)
  }
  return times
}

async function peakMegabytes(pid) {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))
  return Number(kilobytes) / 1000
}
