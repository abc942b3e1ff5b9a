import { execFile, execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { longest, median } from './rows.mjs'
import { withSandboxState } from './with-sandbox.mjs'

const exec = promisify(execFile)
const appCount = 50
const machinesOfAnApp = 4
const startedApps = 40
const rounds = 9
const mostAddedMs = 50
const mostMegabytes = 200
const mostSecondsToReady = 2

/** How soon a sandbox is ready where an engine runs, and what 200 machines in it cost whoever asks for one app. */
export async function* sandbox() {
  yield* await withSandboxState((crowded) => {
    const env = crowded.up('--pace', 'quick')
    const { DOCKER_HOST = process.env.DOCKER_HOST } = env
    const measure = async (quiet) => [
      longest('a sandbox is ready, with an engine', timeStarts(quiet), mostSecondsToReady),
      ...(await crowd({ ...crowded, env }, { ...env, ...quiet.up('--pace', 'quick') })),
    ]
    return withSandboxState(measure, { DOCKER_HOST })
  })
}

function timeStarts({ up, down }) {
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    up('--pace', 'quick')
    times.push(performance.now() - startedAt)
    down()
  }
  return times
}

/** One app among many next to the same app alone, in another sandbox. */
async function crowd({ pid, env }, quiet) {
  const apps = Array.from({ length: appCount }, (_, index) => `crowd-${index}`)
  const [first] = apps
  await fill(quiet, [first], 1)
  await fill(env, apps, machinesOfAnApp)
  const [alone, among] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await timeStatus(quiet, first))
    among.push(await timeStatus(env, first))
  }
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

/** Each app with so many machines, of which one runs, in the first forty apps. */
async function fill(env, apps, machineCount) {
  const ask = asking(env)
  for (const name of apps) await ask('/v1/apps', { name, org_slug: 'personal' })
  const image = pushImage(env, apps[0])
  const config = configOf(image)
  for (const [index, app] of apps.entries())
    for (let n = 0; n < machineCount; n += 1)
      await ask(`/v1/apps/${app}/machines`, {
        config,
        skip_launch: index >= startedApps || n > 0,
      })
  for (const app of apps.slice(0, startedApps)) {
    const [{ id }] = await ask(`/v1/apps/${app}/machines`)
    await ask(`/v1/apps/${app}/machines/${id}/wait?state=started&timeout=300`)
  }
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

/** The engine's busybox, for that app. */
function pushImage({ FLY_REGISTRY_HOST, FLY_API_TOKEN, DOCKER_HOST }, app) {
  const env = { ...process.env, ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }) }
  const docker = (args, input = '') => execFileSync('docker', args, { env, input, stdio: 'pipe' })
  const image = `${FLY_REGISTRY_HOST}/${app}:1`
  docker(['login', '--username=x', '--password-stdin', FLY_REGISTRY_HOST], FLY_API_TOKEN)
  docker(['tag', 'busybox', image])
  docker(['push', '--quiet', image])
  docker(['logout', FLY_REGISTRY_HOST])
  docker(['image', 'rm', image])
  return image
}

function configOf(image) {
  const check = { type: 'http', path: '/passwd', interval: '2s', timeout: '2s' }
  const service = { internal_port: 8080, ports: [{ port: 80 }], checks: [check] }
  return { image, init: { exec: ['httpd', '-f', '-p', '8080', '-h', '/etc'] }, services: [service] }
}

async function timeStatus(env, app) {
  const startedAt = performance.now()
  await exec(env.FLYOPS_FLYCTL, ['status', '--json', '--app', app], {
    env: { ...process.env, ...env },
  })
  return performance.now() - startedAt
}

async function peakMegabytes(pid) {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))
  return Number(kilobytes) / 1000
}
