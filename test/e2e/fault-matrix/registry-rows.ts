import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { scratch } from '../test-sandbox.js'
import { calls, type Row, type Scene } from './row.js'

/** Takes the image out of the storage of the registry, as a clean-up there would. */
async function forget({ app }: Scene) {
  const repositories = join(scratch(), 'sandbox', 'registry', 'docker/registry/v2')
  await rm(join(repositories, 'repositories', app, '_manifests'), { recursive: true })
  return {}
}

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
    expected: { code: 'push_refused', diagnosis: 'push_dns', next: [] },
    leavesToml: false,
  },
  {
    name: 'it cuts a connection in the middle of a push',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry reset --method PUT --path /${app}/manifests/ --times 1`],
    call: calls.push,
    expected: { code: 'push_refused', diagnosis: 'push_dns', next: [] },
    leavesToml: false,
  },
  {
    name: 'it fails at every request',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry status --status 500 --path /${app}/`],
    call: calls.push,
    expected: { code: 'push_refused', diagnosis: 'registry_5xx', next: [] },
    leavesToml: false,
  },
  {
    name: 'it fails in the middle of a push',
    start: { progress: 'built' },
    faults: ({ app }) => [`registry status --status 500 --method PUT --path /${app}/manifests/`],
    call: calls.push,
    expected: { code: 'push_refused', diagnosis: 'registry_5xx', next: [] },
    leavesToml: false,
  },
  {
    name: 'it cannot be reached',
    start: { progress: 'project' },
    arrange: () => ({ env: { FLY_REGISTRY_HOST: '127.0.0.1:9' } }),
    call: () => ({ tool: 'push_image', arguments: { image: '127.0.0.1:9/hello:1a2b3c4' } }),
    expected: { code: 'push_refused', diagnosis: 'push_dns', next: [] },
    leavesToml: false,
  },
  {
    name: 'it has no place for an app that does not exist',
    start: { progress: 'project' },
    call: ({ app, env }) => ({
      tool: 'deploy_image',
      arguments: { app, image: `${env.FLY_REGISTRY_HOST}/${app}:1a2b3c4` },
    }),
    expected: {
      code: 'app_not_found',
      diagnosis: 'app_not_found',
      next: ['create_app', 'deploy_image'],
    },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'it fails when a deploy asks for the digest: a warning',
    start: { progress: 'pushed' },
    faults: ({ app }) => [`registry status --status 500 --path /${app}/`],
    call: calls.deploy({ dry_run: true }),
    expected: { result: { warnings: [{ code: 'digest_unverified', cosmetic: false }] } },
    leavesToml: false,
  },
  {
    name: 'it has lost the image between push and deploy',
    start: { progress: 'pushed', ownApp: true },
    arrange: forget,
    call: calls.deploy(),
    expected: { code: 'image_not_found', next: ['push_image', 'deploy_image'] },
    leavesToml: false,
    alsoReal: true,
  },
]
