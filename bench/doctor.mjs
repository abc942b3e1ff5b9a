import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withProject } from './project.mjs'
import { withServer } from './server.mjs'

const program = (name) =>
  fileURLToPath(new URL(`../test/fixtures/programs/${name}`, import.meta.url))
/** In shell: for each command line that begins so, what it prints. */
const repliesOfFlyctl = `case "$*" in
version*) echo '{"Name":"flyctl","Version":"2026.8.21","Environment":"production"}' ;;
'auth whoami'*) echo '{"email":"joe@example.com"}' ;;
'orgs list'*) echo '{"personal":"Joe"}' ;;
esac; exit 0`
const rounds = 5
const aim = 'aim: 2000 ms'

/** How long doctor takes, with programs that answer at once, and with a flyctl that never does. */
export async function* doctor() {
  yield* examine('doctor, all is well', 'fake-flyctl', 'ok')
  yield* examine('doctor, flyctl hangs', 'hanging-flyctl', 'failed')
}

async function* examine(name, flyctl, expected) {
  const { times, checks } = await withRegistry((registryHost) =>
    withProject((root) => measure({ root, registryHost, flyctl })),
  )
  const found = checks.find((check) => check.name === 'flyctl')
  if (found.status !== expected) throw new Error(`${name}: ${JSON.stringify(checks)}`)
  const [first, ...later] = times.map((ms) => ms.toFixed(0))
  yield { name, value: `${first} ms`, limit: aim }
  yield {
    name: '  called again',
    value: `${Math.max(...later)} ms`,
    limit: `${aim}; slowest of ${later.length}`,
  }
}

function measure({ root, registryHost, flyctl }) {
  const env = {
    FLYOPS_DOCKER: program('chatty-docker.mjs'),
    CHATTY_DOCKER: '{"builder":"buildx"}',
    FLYOPS_FLYCTL: program(flyctl),
    FAKE_FLYCTL: repliesOfFlyctl,
    FAKE_FLYCTL_CALLS: join(root, '.git', 'calls'),
    FLY_REGISTRY_HOST: registryHost,
  }
  return withServer({ root, env }, async ({ call }) => {
    const times = []
    let checks = []
    for (let round = 0; round < rounds; round += 1) {
      const { result, durationMs } = await call('doctor', {})
      times.push(durationMs)
      checks = result.structuredContent.checks
    }
    return { times, checks }
  })
}

/** A registry that wants a login, for as long as `use` takes. */
async function withRegistry(use) {
  const registry = createServer((_request, response) => response.writeHead(401).end())
  registry.listen(0, '127.0.0.1')
  await once(registry, 'listening')
  try {
    return await use(`127.0.0.1:${registry.address().port}`)
  } finally {
    registry.close()
  }
}
