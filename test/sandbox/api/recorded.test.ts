import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { NewFault } from '../../../src/sandbox/faults/fault.js'
import { recordedRequests } from '../../support/paths.js'
import { noFaults, strikingOnce } from '../faults/none.js'
import { registryHost, startApi, token } from './setup.js'
import { differences, type Shape } from './shape.js'

/** A request that flyctl made, and the fields of the answer that it went on with. */
interface Recorded {
  /** Method and path; APP, MACHINE, RELEASE, IMAGE and REGISTRY stand for what is there. */
  readonly request: string
  readonly body?: unknown
  readonly status: number
  readonly answer: Shape
}

const recorded: readonly Recorded[] = JSON.parse(await readFile(recordedRequests, 'utf8'))

const limited: NewFault = { place: 'api', kind: 'status', status: 429, path: '/machines' }

/** An app with a release and a machine that is up and passes its check, and what the status recorded asks for beyond that. */
async function replay({ request, body, status }: Recorded) {
  const api = startApi(status === 429 ? strikingOnce(limited) : noFaults)
  const isMissing = status === 404 && request === 'GET /v1/apps/APP'
  const isNew = status === 201 && request.startsWith('POST /v1/apps')
  const app = isMissing || isNew ? 'other' : 'hello'
  api.platform.apps.create({ name: 'hello', organization: 'personal', network: '', port: 4000 })
  const image = `${registryHost}/hello:1`
  const release = api.platform.releases.create({
    app: 'hello',
    imageRef: image,
    strategy: 'ROLLING',
    definition: {},
  })
  for (const type of ['v6', 'shared_v4'])
    api.platform.addresses.assign('hello', { type, region: '' })
  const machine = api.platform.machines.create({
    app: 'hello',
    name: undefined,
    region: 'ewr',
    config: { image, metadata: { fly_platform_version: 'v2' } },
    image: {
      registry: registryHost,
      repository: 'hello',
      tag: '1',
      digest: 'sha256:a',
      labels: {},
    },
  }).id
  const start = { type: 'start', status: 'started', source: 'flyd' } as const
  api.platform.machines.setState(machine, status === 408 ? 'stopped' : 'started', start)
  if (status === 409) api.platform.leases.acquire({ machine, ttlSeconds: 60, nonce: undefined })

  const there = {
    APP: app,
    MACHINE: machine,
    RELEASE: release.id,
    IMAGE: image,
    REGISTRY: registryHost,
  }
  const fill = (text: string) =>
    text.replaceAll(/\b[A-Z]{3,}\b/g, (name) => Reflect.get(there, name) ?? name)
  const [method = '', path = ''] = fill(request).split(' ')
  const authorization = `Bearer ${status === 401 ? 'expired' : token}`
  const answer = await api.api.request(path, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: fill(JSON.stringify(body)) }),
  })
  return { status: answer.status, body: await answer.json(), unknown: api.unknown }
}

function nameOf({ request, body, status }: Recorded): string {
  const query = /"query":"(.*?)"[,}]/.exec(JSON.stringify(body) ?? '')?.[1]?.trim()
  return `${status} ${request}${query === undefined ? '' : ` ${query.slice(0, 120)}`}`
}

/** Where the local Fly is right to answer otherwise than the API of the recordings, which had no more than flyctl read. */
const meant: readonly { request: string; differences: readonly string[]; because: string }[] = [
  {
    request: ' /v1/apps',
    differences: [
      '.created_at is missing',
      ...[
        'internal_numeric_id',
        'network',
        'status',
        'machine_count',
        'volume_count',
        'organization',
        'cname_target',
        'app_role',
      ].map((field) => `.${field} is more`),
    ],
    because: 'these are the fields of an app, and the reason of a refusal (fly-go, flaps_apps.go)',
  },
  {
    request: 'DELETE /v1/apps/APP',
    differences: ['status is 202, not 200'],
    because: 'it is accepted; flyctl reads no more of it than that it is below 300',
  },
  {
    request: '/machines',
    differences: [
      '.version is more',
      '.cordoned is more',
      '[].version is more',
      '[].cordoned is more',
    ],
    because: 'a machine has them (fly-go, machine_types.go)',
  },
  {
    request: 'POST /v1/apps/APP/machines/MACHINE/uncordon',
    differences: ['status is 200, not 404', '.error is missing', '.ok is more'],
    because: 'the API of the recordings did not know it',
  },
  {
    request: 'GET /api/v1/organizations/personal',
    differences: ['.organization is more'],
    because: 'flyctl reads it there (internal/uiex/organizations.go)',
  },
  {
    request: 'query ($appName',
    differences: ['.data.app.currentRelease is object, not null'],
    because: 'it was asked before the first release',
  },
  {
    request: 'query($org',
    differences: ['.data.apps.nodes[].currentRelease is object, not null'],
    because: 'it was asked before the first release',
  },
  {
    request: 'latestImageDetails',
    differences: ['.data is null, not an object'],
    because: 'flyctl goes on after "Unknown repository" (internal/command/image/show.go)',
  },
]

function isMeant(name: string, difference: string): boolean {
  // A GraphQL answer has the fields that its query names, and the recorded ones left some out.
  if (name.includes('/graphql') && difference.endsWith(' is more')) return true
  return meant.some(
    ({ request, differences }) => name.includes(request) && differences.includes(difference),
  )
}

test.each(recorded.map((each) => [nameOf(each), each] as const))('%s', async (name, each) => {
  const { status, body, unknown } = await replay(each)
  const found = [
    ...(status === each.status ? [] : [`status is ${status}, not ${each.status}`]),
    ...differences(each.answer, body),
  ]
  expect(unknown).toEqual([])
  expect(found.filter((difference) => !isMeant(name, difference))).toEqual([])
})
