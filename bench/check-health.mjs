import { longest } from './rows.mjs'
import { flyctls, withSampleAt } from './sample.mjs'

const appCount = 20
const rounds = 5
const crashing = `FROM busybox
EXPOSE 8080
CMD ["sh", "-c", "sleep 1; exit 2"]
`

/** How long check_health takes for twenty apps, one of them in a crash loop. */
export async function* checkHealth() {
  for (const { of, change } of flyctls) {
    const times = await withSampleAt('fly', measure, change)
    yield longest(`check_health of ${appCount} apps, ${of}`, times, 5)
  }
}

async function measure({ commit, call, tryCall }) {
  const apps = Array.from({ length: appCount }, (_, index) => `well-${index}`)
  const [source, ...others] = apps.slice(1)
  const [bad] = apps
  await commit({})
  const { image } = (await call('ship', { app: source, skip_test: true })).result.structuredContent
  for (const app of [bad, ...others]) await call('create_app', { app })
  await call('promote_image', { image, apps: others, wave_size: 8 })
  await commit({ Dockerfile: crashing })
  await tryCall('ship', { app: bad, skip_test: true })
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const { result, durationMs } = await call('check_health', { apps })
    const unwell = result.structuredContent.apps.filter(({ verdict }) => verdict !== 'healthy')
    if (unwell.length !== 1 || unwell[0].app !== bad) throw new Error(result.content[0].text)
    times.push(durationMs)
  }
  return times
}
