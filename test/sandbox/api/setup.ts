import { createLog } from '../../../src/log.js'
import { createApi } from '../../../src/sandbox/api/api.js'
import type { Machines } from '../../../src/sandbox/machines/machines.js'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import type { Images } from '../../../src/sandbox/registry/images.js'
import { parseReference } from '../../../src/sandbox/registry/reference.js'
import { createTestClock } from '../clock.js'
import { noFaults } from '../faults/none.js'
import { readJson } from '../json.js'

export const token = 'fo1_sandbox_test'
export const registryHost = '127.0.0.1:5000'
export const digest = `sha256:${'a'.repeat(64)}`

const ran = {
  outcome: 'ok',
  exitCode: 0,
  signal: undefined,
  stdout: 'hi\n',
  stderr: '',
  durationMs: 0,
} as const

/** The API on a platform whose machines start at once and whose registry has only tag `1`. */
export function startApi(faults = noFaults, faultFile = '') {
  const clock = createTestClock()
  const platform = createPlatform({ clock })
  const records = platform.machines
  const launch = { type: 'launch', status: 'created', source: 'user' } as const
  const start = { type: 'start', status: 'started', source: 'flyd' } as const
  const machines: Machines = {
    create({ skipLaunch, ...wanted }) {
      const { id } = records.create(wanted)
      records.setState(id, skipLaunch ? 'stopped' : 'created', launch)
      return records.get(wanted.app, id)
    },
    update: (id, { config, image }) => records.replace(id, config, image),
    start: (id) => records.setState(id, 'started', start),
    stop: (id) => records.setState(id, 'stopped'),
    suspend: (id) => records.setState(id, 'suspended'),
    signal: async () => {},
    exec: async () => ran,
    restart: (id) => records.setState(id, 'started', start),
    destroy: async (id) =>
      records.destroy(id, { type: 'destroy', status: 'destroyed', source: 'user' }),
    container: () => undefined,
    processes: async () => [],
    logs: async () => [],
    resume() {},
    close: async () => {},
  }
  const images: Images = {
    async resolve(reference) {
      const { repository, tag } = parseReference(reference) ?? {}
      if (repository === undefined || tag !== '1') return undefined
      const image = { registry: registryHost, repository, tag, digest, labels: { a: 'b' } }
      return { image, compressedBytes: 3_000_000_000, manifest: { schemaVersion: 2 } }
    },
    engineReference: ({ repository }) => repository,
  }
  const edge = { allocate: async () => 4000, open: async () => {}, close: async () => {} }
  const log = createLog('silent')
  const unknown: string[] = []
  const context = { platform, machines, images, edge, token, smokeMs: 2_000, faults, log }
  const api = createApi({
    ...context,
    faultFile,
    window: { folder: '', requests: { list: () => [] }, unknownFile: '', experiment: undefined },
    noteUnknown: (request) => unknown.push(request),
    settled: async () => {},
  })

  async function send(method: string, path: string, body?: unknown, headers = {}) {
    const authorization = `Bearer ${token}`
    const init = { method, headers: { authorization, ...headers } }
    const answer = await api.request(
      path,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    )
    return { status: answer.status, headers: answer.headers, body: await readJson(answer) }
  }
  return {
    clock,
    /** Requests that no route was for. */
    unknown,
    platform,
    api,
    get: (path: string) => send('GET', path),
    post: (path: string, body?: unknown, headers?: Record<string, string>) =>
      send('POST', path, body, headers),
    patch: (path: string, body: unknown) => send('PATCH', path, body),
    put: (path: string, body: unknown) => send('PUT', path, body),
    delete: (path: string, headers?: Record<string, string>) =>
      send('DELETE', path, undefined, headers),
    /** The `data` and `errors` of a GraphQL answer. */
    query: async (query: string, variables: object | null = null) =>
      (await send('POST', '/graphql', { query, variables })).body,
    createApp: (name: string) =>
      send('POST', '/v1/apps?wait=true', {
        name,
        org_slug: 'personal',
        network: '',
        app_role_id: '',
      }),
  }
}
