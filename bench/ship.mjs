import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runLesson } from './lesson.mjs'
import { withSandbox } from './sandbox.mjs'
import { withServer } from './server.mjs'

const sample = fileURLToPath(new URL('../test/fixtures/apps/hello', import.meta.url))
const rounds = 5
const fleetSize = 12

/** A first and a repeated ship next to the lesson's commands, and twelve promotions next to one deploy. */
export async function* ship() {
  yield* await withSandbox((env) =>
    withSample((sampled) =>
      withServer({ root: sampled.root, env }, (server) => measure({ ...sampled, env, ...server })),
    ),
  )
}

async function measure({ root, commit, env, call }) {
  const times = { lesson: [], first: [], repeated: [], one: [], fleet: [] }
  let resultBytes = 0
  const docker = { ...env, DOCKER_CONFIG: join(root, '.git', 'docker') }
  for (let round = 0; round < rounds; round += 1) {
    await commit(`lesson ${round}`)
    times.lesson.push(await timed(() => runLesson({ app: `lesson-${round}`, root, env: docker })))
    await commit(`ship ${round}`)
    const app = `ship-${round}`
    const first = await shipTo(call, { app, skip_test: true })
    times.first.push(first.durationMs)
    times.repeated.push((await shipTo(call, { app, skip_test: true })).durationMs)
    resultBytes = Math.max(resultBytes, first.sizeBytes)
  }
  const fleet = await promoteToFleet(call)
  return rows({ ...times, ...fleet }, resultBytes)
}

async function promoteToFleet(call) {
  const apps = Array.from({ length: fleetSize }, (_, index) => `fleet-${index}`)
  for (const app of ['single', ...apps]) await call('create_app', { app })
  const { structuredContent: source } = (await shipTo(call, { app: 'ship-0' })).result
  const { image } = source
  const one = await call('deploy_image', { app: 'single', image })
  const wave = await call('promote_image', { image, apps, wave_size: fleetSize })
  if (wave.result.structuredContent.status !== 'done') throw new Error(wave.result.content[0].text)
  return { one: [one.durationMs], fleet: [wave.durationMs] }
}

async function shipTo(call, args) {
  const answer = await call('ship', args)
  if (answer.result.isError) throw new Error(answer.result.content[0].text)
  return answer
}

async function timed(work) {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function rows({ lesson, first, repeated, one, fleet }, resultBytes) {
  const ratio = (name, times, than, most) => {
    const value = median(times) / median(than)
    const limit = `≤ ${most.toFixed(2)} (${seconds(times)} against ${seconds(than)})`
    return { name, value: value.toFixed(2), limit, isKept: value <= most }
  }
  return [
    ratio('repeated ship / the lesson by hand', repeated, lesson, 0.15),
    ratio('first ship without test_image / the lesson', first, lesson, 1),
    ratio(`${fleetSize} apps in one wave / one deploy`, fleet, one, 3),
    {
      name: 'result of one ship',
      value: `${resultBytes} B`,
      limit: '≤ 3000 B',
      isKept: resultBytes <= 3_000,
    },
  ]
}

function seconds(times) {
  return `${(median(times) / 1000).toFixed(1)} s`
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]
}

/** A sample app under git, whose content `commit` changes. */
async function withSample(use) {
  const root = await mkdtemp(join(tmpdir(), 'flyops-bench-'))
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost']
  const git = (...args) => execFileSync('git', [...identity, ...args], { cwd: root })
  try {
    await cp(sample, root, { recursive: true })
    git('init', '--quiet')
    return await use({
      root,
      async commit(text) {
        await writeFile(join(root, 'www', 'version'), text)
        git('add', 'Dockerfile', 'fly.toml', 'www')
        git('commit', '--quiet', '--message', text)
      },
    })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
