import { forgetImages } from './forget-images.js'
import { calls, type Row, type Scene } from './row.js'

const nowhere = () => ({
  tool: 'push_image',
  arguments: { image: '127.0.0.1:9/hello:1a2b3c4' },
})

/** Of an image that nobody built. */
const deployUnknown = ({ app, env }: Scene) => ({
  tool: 'deploy_image',
  arguments: { app, image: `${env.FLY_REGISTRY_HOST}/${app}:1a2b3c4` },
})

export const registryRows: readonly Row[] = [
  {
    name: 'it refuses the login once in the middle of a push: a new login, and all is well',
    start: { progress: 'built' },
    faults: ({ app }) => [
      `registry status --status 401 --path /${app}/blobs/ --nth 2 --times 2`,
      `registry status --status 401 --path /${app}/manifests/ --nth 3 --times 1`,
    ],
    call: calls.push,
    expected: { result: { auth: 'renewed', verified: true } },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'it refuses every login',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry status --status 401 --path /${app}/`],
    call: calls.push,
    expected: { code: 'not_authenticated', diagnosis: 'push_401', next: [] },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'it cuts every connection',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry reset --path /${app}/`],
    call: calls.push,
    expected: {
      code: 'push_refused',
      diagnosis: 'push_dns',
      next: [calls.push],
      leadsTo: { verified: true },
    },
    leavesToml: false,
  },
  {
    name: 'it cuts a connection in the middle of a push',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry reset --method PUT --path /${app}/manifests/ --times 1`],
    call: calls.push,
    expected: {
      code: 'push_refused',
      diagnosis: 'push_dns',
      next: [calls.push],
      leadsTo: { verified: true },
    },
    leavesToml: false,
  },
  {
    name: 'it fails at every request',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry status --status 500 --path /${app}/`],
    call: calls.push,
    expected: {
      code: 'push_refused',
      diagnosis: 'registry_5xx',
      next: [calls.push],
      leadsTo: { verified: true },
    },
    leavesToml: false,
  },
  {
    name: 'it fails in the middle of a push',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry status --status 500 --method PUT --path /${app}/manifests/`],
    call: calls.push,
    expected: {
      code: 'push_refused',
      diagnosis: 'registry_5xx',
      next: [calls.push],
      leadsTo: { verified: true },
    },
    leavesToml: false,
  },
  {
    name: 'it cannot be reached',
    start: { progress: 'project' },
    arrange: () => ({ env: { FLY_REGISTRY_HOST: '127.0.0.1:9' } }),
    call: nowhere,
    expected: { code: 'push_refused', diagnosis: 'push_dns', next: [nowhere] },
    leavesToml: false,
  },
  {
    name: 'it has no place for an app that does not exist',
    start: { progress: 'project' },
    call: deployUnknown,
    expected: {
      code: 'app_not_found',
      diagnosis: 'app_not_found',
      next: [calls.create, deployUnknown],
    },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'it fails when a deploy asks for the digest: a warning',
    start: { progress: 'pushed', own: 'image' },
    faults: ({ app }) => [`registry status --status 500 --path /${app}/`],
    call: calls.deploy({ dry_run: true }),
    expected: { result: { warnings: [{ code: 'digest_unverified', cosmetic: false }] } },
    leavesToml: false,
  },
  {
    name: 'it has lost the image between push and deploy',
    start: { progress: 'pushed', own: 'image' },
    arrange: forgetImages,
    call: calls.deploy(),
    expected: {
      code: 'image_not_found',
      next: [calls.push, calls.deploy()],
      leadsTo: { verdict: 'healthy' },
    },
    leavesToml: false,
    alsoReal: true,
  },
]
