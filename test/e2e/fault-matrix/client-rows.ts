import { expect } from 'vitest'
import { connectClient, type TestClient } from '../../support/client.js'
import { whenWaited } from './machines-of.js'
import { type Arranged, calls, type Meanwhile, type Row, type Scene } from './row.js'

const gone = { expected: { nobodyAsks: true } } as const
const soon = () => ({ env: { FLYOPS_DEPLOY_GRACE: '1s' } })

function duringBuild(happens: Meanwhile['happens']) {
  return {
    ...gone,
    start: { progress: 'project', files: { Dockerfile: 'FROM busybox\nRUN sleep 300\n' } },
    call: calls.build,
    meanwhile: { when: { message: 'sleep 300' }, happens },
    leavesToml: false,
  } as const
}

function duringPush(happens: Meanwhile['happens']) {
  return {
    ...gone,
    start: { progress: 'built' },
    faults: ({ app }: Scene) => [`registry latency --seconds 8 --path /${app}/blobs/`],
    call: calls.push,
    meanwhile: { when: { child: ' push ' }, happens },
    leavesToml: false,
  } as const
}

/** `seconds`: so long it is not through. An hour, where flyctl is to be interrupted meanwhile. */
function duringDeploy(happens: Meanwhile['happens'], seconds = 3_600) {
  return {
    ...gone,
    start: { progress: 'deployed', own: 'app' },
    faults: whenWaited(`latency --seconds ${seconds} --times 1`),
    call: calls.deploy(),
    meanwhile: { when: { message: 'machine ' }, happens },
    leavesToml: true,
  } as const
}

async function isHealthy(client: TestClient, { app }: Scene) {
  expect(await client.call('check_health', { app })).toMatchObject({ verdict: 'healthy' })
}

async function isInterrupted(client: TestClient, { app }: Scene) {
  const { releases } = await client.call<{ releases: readonly { status: string }[] }>(
    'list_releases',
    { app },
  )
  expect(releases[0]).toMatchObject({ status: 'interrupted' })
}

/** Another process deploys the app, and is not through before the row has ended. */
async function deployElsewhere({ project, env, app, image }: Scene): Promise<Arranged> {
  const other = await connectClient({ root: project.root, env })
  const { promise: hasBegun, resolve } = Promise.withResolvers<void>()
  const deployed = other.call(
    'deploy_image',
    { app, image },
    {
      onProgress: ({ message = '' }) => {
        if (message.includes('machine ')) resolve()
      },
    },
  )
  await hasBegun
  return {
    async undo() {
      await deployed
      await other.close()
    },
  }
}

export const clientRows: readonly Row[] = [
  { name: 'it cancels a build', ...duringBuild('cancel') },
  { name: 'it closes during a build', ...duringBuild('close') },
  { name: 'it is killed during a build', ...duringBuild('kill') },
  { name: 'it cancels a push', ...duringPush('cancel') },
  { name: 'it closes during a push', ...duringPush('close') },
  { name: 'it is killed during a push', ...duringPush('kill') },
  {
    name: 'it cancels a deploy, which goes on',
    ...duringDeploy('cancel', 8),
    afterwards: isHealthy,
    alsoReal: true,
  },
  {
    name: 'it closes during a deploy',
    ...duringDeploy('close'),
    arrange: soon,
    afterwards: isInterrupted,
  },
  {
    name: 'it is killed during a deploy',
    ...duringDeploy('kill'),
    arrange: soon,
    afterwards: isInterrupted,
  },
  {
    name: 'it deploys what another process deploys',
    start: { progress: 'deployed', own: 'app' },
    faults: whenWaited('latency --seconds 20 --times 1'),
    arrange: deployElsewhere,
    call: calls.deploy(),
    expected: { code: 'deploy_in_progress', next: [calls.job], leadsTo: { status: 'done' } },
    leavesToml: true,
  },
  {
    name: 'it wants more jobs at once than there may be',
    start: { progress: 'project', files: { Dockerfile: 'FROM busybox\nRUN sleep 300\n' } },
    arrange: () => ({ env: { FLYOPS_MAX_JOBS: '1' } }),
    call: ({ app }) => ({ tool: 'build_image', arguments: { app, wait_seconds: 0 } }),
    followUp: () => ({ tool: 'build_image', arguments: { app: 'another' } }),
    expected: { code: 'busy', next: [calls.job] },
    leavesToml: false,
  },
]
