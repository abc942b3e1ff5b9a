import { cpus } from 'node:os'
import { ratio, seconds } from './rows.mjs'
import { withSampleAt } from './sample.mjs'

const waveSize = 12
const startSeconds = 12
const rounds = 3
const slowToStart = `FROM busybox
COPY www /www
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "sleep ${startSeconds}; exec httpd -f -p 8080 -h /www"]
`

/** A wave of twelve apps next to the deploy of one, of an app that takes its time and of one that does not. */
export async function* wave() {
  yield* await withSampleAt('quick', async ({ commit, call }) => {
    await commit({})
    const quick = await promote(call, 'quick', 1)
    await commit({ Dockerfile: slowToStart })
    const slow = await promote(call, 'slow', rounds)
    return [
      ratio(`a wave of ${waveSize} apps / one deploy`, slow.waves, slow.ones, 2),
      {
        name: '  of an app that starts at once',
        value: (quick.waves[0] / quick.ones[0]).toFixed(2),
        limit: `what ${cpus().length} processors can do (${seconds(quick.waves)} against ${seconds(quick.ones)})`,
      },
    ]
  })
}

/** Checks look often, so that waiting is the app's own. */
const settings = { interval: '1s', grace_period: `${startSeconds + 5}s` }

/** The first app of a promotion goes alone: here it is the one that was deployed by itself, and nothing is left to do. */
async function promote(call, stem, times) {
  const source = `${stem}-source`
  await call('create_app', { app: source })
  const shipped = await call('ship', { app: source, skip_test: true, ...settings })
  const { image } = shipped.result.structuredContent
  const [ones, waves] = [[], []]
  for (let round = 0; round < times; round += 1) {
    const one = `${stem}-one-${round}`
    const apps = Array.from({ length: waveSize }, (_, index) => `${stem}-${round}-${index}`)
    for (const app of [one, ...apps]) await call('create_app', { app })
    ones.push((await call('deploy_image', { app: one, image, ...settings })).durationMs)
    const promotion = { image, apps: [one, ...apps], wave_size: waveSize }
    const { result, durationMs } = await call('promote_image', promotion)
    const told = (result.structuredContent.results ?? []).map(({ status }) => status)
    const isWhole = told[0] === 'skipped' && told.slice(1).every((status) => status === 'deployed')
    if (!isWhole) throw new Error(result.content[0].text)
    waves.push(durationMs)
    for (const app of [one, ...apps]) await call('destroy_app', { app, confirm: app })
  }
  return { ones, waves }
}
