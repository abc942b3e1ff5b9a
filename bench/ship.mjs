import { execFileSync, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runLesson } from './lesson.mjs'
import { withSandbox } from './sandbox.mjs'
import { withServer } from './server.mjs'

const sample = fileURLToPath(new URL('../test/fixtures/apps/hello', import.meta.url))
const fleetSize = 12
const startSeconds = 12
const slowToStart = `FROM busybox
COPY www /www
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "sleep ${startSeconds}; exec httpd -f -p 8080 -h /www"]
`

/**
 * A first and a repeated ship next to the lesson's commands, and twelve promotions next to one deploy: where flyctl
 * watches each machine for ten seconds, as at Fly, and where it hardly does, so that all else shows.
 */
export async function* ship() {
  yield* await atPace(10, async (place) => rowsAtFly(await compare(place, 3, {})))
  yield* await atPace(1, async (place) =>
    rowsAtOnce(await compare(place, 5, { skip_test: true }), await promoteAll(place)),
  )
}

function atPace(smokeSeconds, use) {
  const docker = dockerWithBuildKit()
  const begin = (sandbox) =>
    withSample((sampled) => {
      const env = { ...sandbox, FLYOPS_DOCKER: docker }
      return withServer({ root: sampled.root, env }, (server) =>
        use({ ...sampled, env, ...server }),
      )
    })
  return withSandbox(begin, { smokeSeconds })
}

/** The lesson, a ship and the same ship again, some rounds. */
async function compare({ root, commit, env, call }, rounds, settings) {
  const times = { lesson: [], first: [], repeated: [] }
  let resultBytes = 0
  const docker = { ...env, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: join(root, '.git', 'docker') }
  for (let round = 0; round < rounds; round += 1) {
    await commit({ 'www/version': `lesson ${round}` })
    times.lesson.push(await timed(() => runLesson({ app: `lesson-${round}`, root, env: docker })))
    await commit({ 'www/version': `ship ${round}` })
    const app = `ship-${round}`
    const first = await shipTo(call, { app, ...settings })
    times.first.push(first.durationMs)
    times.repeated.push((await shipTo(call, { app, ...settings })).durationMs)
    resultBytes = Math.max(resultBytes, first.sizeBytes)
  }
  return { ...times, resultBytes }
}

async function promoteAll({ commit, call }) {
  const quick = await promoteToFleet(call, 'quick')
  await commit({ Dockerfile: slowToStart })
  return { quick, slow: await promoteToFleet(call, 'slow') }
}

/** As many apps in one wave as one deploy takes by itself; checks look often, so that waiting is the app's own. */
async function promoteToFleet(call, stem) {
  const apps = Array.from({ length: fleetSize }, (_, index) => `${stem}-${index}`)
  const [source, single] = [`${stem}-source`, `${stem}-single`]
  const settings = { interval: '1s', grace_period: `${startSeconds + 5}s` }
  for (const app of [single, ...apps]) await call('create_app', { app })
  const { result } = await shipTo(call, { app: source, skip_test: true, ...settings })
  const { image } = result.structuredContent
  const one = await call('deploy_image', { app: single, image, ...settings })
  if (one.result.isError) throw new Error(one.result.content[0].text)
  const wave = await call('promote_image', { image, apps, wave_size: fleetSize })
  const { status } = wave.result.structuredContent ?? {}
  if ((status ?? 'done') !== 'done') throw new Error(wave.result.content[0].text)
  return { one: [one.durationMs], fleet: [wave.durationMs] }
}

/** What users have; the builder before BuildKit needs a step more for each label. */
function dockerWithBuildKit() {
  const dockers = ['docker', '/usr/bin/docker'].map((program) => ({
    program: execFileSync('which', [program], { encoding: 'utf8' }).trim(),
    version: execFileSync(program, ['--version'], { encoding: 'utf8' }),
  }))
  const hasBuildKit = ({ program, version }) => {
    const [, major] = / (\d+)\./.exec(version) ?? []
    return Number(major) < 23 || spawnSync(program, ['buildx', 'version']).status === 0
  }
  return (dockers.find(hasBuildKit) ?? dockers[0]).program
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

function ratio(name, times, than, most) {
  const value = median(times) / median(than)
  const limit = `≤ ${most.toFixed(2)} (${seconds(times)} against ${seconds(than)})`
  return { name, value: value.toFixed(2), limit, isKept: value <= most }
}

function rowsAtFly({ lesson, first }) {
  return [ratio('first ship at Fly’s pace / the lesson by hand', first, lesson, 0.5)]
}

function rowsAtOnce({ lesson, first, repeated, resultBytes }, { quick, slow }) {
  return [
    ratio('first ship without test_image / the lesson', first, lesson, 0.9),
    ratio('repeated ship / the lesson', repeated, lesson, 0.1),
    ratio(`${fleetSize} apps in one wave / one deploy`, slow.fleet, slow.one, 2),
    {
      name: '  of an app that starts at once',
      value: (quick.fleet[0] / quick.one[0]).toFixed(2),
      limit: `what ${cpus().length} processors can do (${seconds(quick.fleet)} against ${seconds(quick.one)})`,
    },
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
      async commit(files) {
        for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text)
        git('add', 'Dockerfile', 'fly.toml', 'www')
        git('commit', '--quiet', '--message', 'Change it')
      },
    })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
