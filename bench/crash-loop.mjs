import { execFileSync } from 'node:child_process'
import { longest } from './rows.mjs'
import { flyctls, withSampleAt } from './sample.mjs'

const rounds = 3
const crashing = `FROM busybox
COPY www /www
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "sleep 2; echo panic: open /mnt/prices.csv: no such file; exit 2"]
`

/** How long after the third end of its machine the deploy of an app in a crash loop ends, with the cause. */
export async function* crashLoop() {
  for (const { of, change } of flyctls) {
    const times = await withSampleAt('fly', measure, change)
    yield longest(`crash loop: deploy after the third exit, ${of}`, times, 5)
  }
}

async function measure({ commit, call, tryCall, env }) {
  await commit({ Dockerfile: crashing })
  await call('create_app', { app: 'crashing' })
  const { image } = (await call('build_image', { app: 'crashing' })).result.structuredContent
  await call('push_image', { image })
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const app = `crashing-${round}`
    await call('create_app', { app })
    const { result } = await tryCall('deploy_image', { app, image })
    const endedAt = Date.now()
    const [{ text }] = result.content
    if (!text.includes('It logged: panic: open /mnt/prices.csv')) throw new Error(text)
    times.push(endedAt - thirdExitOf(app, env))
    await call('destroy_app', { app, confirm: app })
  }
  return times
}

/** By the sandbox's clock, which is ours. */
function thirdExitOf(app, env) {
  const args = ['status', '--app', app, '--json']
  const status = execFileSync(env.FLYOPS_FLYCTL, args, { env: { ...process.env, ...env } })
  const [{ events }] = JSON.parse(status).Machines
  const exits = events.filter(({ type }) => type === 'exit').map(({ timestamp }) => timestamp)
  return exits.toSorted((one, other) => one - other)[2]
}
