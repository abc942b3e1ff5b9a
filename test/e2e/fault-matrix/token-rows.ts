import { faultyFlyctl } from './flyctl-rows.js'
import { calls, type Row, type Scene } from './row.js'

function noToken({ folder }: Scene) {
  return { env: { FLY_API_TOKEN: undefined, HOME: folder, FLY_CONFIG_DIR: folder } }
}

const expired = () => ({ env: { FLY_API_TOKEN: 'fo1_expired' } })

const noLogin = { code: 'not_authenticated', diagnosis: 'no_token', next: [] }
const refused = { code: 'not_authenticated', diagnosis: 'token_rejected', next: [] }

export const tokenRows: readonly Row[] = [
  {
    name: 'there is none, when an app is created',
    start: { progress: 'project' },
    arrange: noToken,
    call: calls.create,
    expected: noLogin,
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'there is none, when an image is pushed',
    start: { progress: 'built' },
    arrange: noToken,
    call: calls.push,
    expected: noLogin,
    leavesToml: false,
  },
  {
    name: 'there is none, when an app is deployed',
    start: { progress: 'pushed', own: 'app' },
    arrange: noToken,
    call: calls.deploy(),
    expected: noLogin,
    leavesToml: false,
  },
  {
    name: 'it has expired, when releases are listed',
    start: { progress: 'pushed' },
    arrange: expired,
    call: calls.releases,
    expected: refused,
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'it has expired, when an app is deployed',
    start: { progress: 'pushed', own: 'app' },
    arrange: expired,
    call: calls.deploy(),
    expected: refused,
    leavesToml: false,
  },
  {
    name: 'it is of another organization',
    start: { progress: 'project' },
    call: ({ app }) => ({ tool: 'create_app', arguments: { app, org: 'somebody-else' } }),
    expected: { code: 'unknown_org', next: [] },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'it is for deploys alone, and cannot create an app',
    start: { progress: 'project' },
    arrange: faultyFlyctl('Error: Not authorized to access this organization', 'apps create'),
    call: calls.create,
    expected: { code: 'not_authenticated', diagnosis: 'not_authorized_deploy', next: [] },
    leavesToml: false,
  },
]
