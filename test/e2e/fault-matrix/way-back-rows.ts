import { checksWait } from '../checks-wait.js'
import { forgetImages } from './forget-images.js'
import { calls, type Row, type Scene } from './row.js'

const rollback = ({ app }: Scene) => ({ tool: 'rollback', arguments: { app, to: 1 } })

export const wayBackRows: readonly Row[] = [
  {
    name: 'the registry has lost the image of the release',
    start: { progress: 'deployed', own: 'image' },
    arrange: forgetImages,
    call: rollback,
    expected: { code: 'image_not_found', next: [calls.releases] },
    leavesToml: true,
    alsoReal: true,
  },
  {
    name: 'the registry does not answer: the recorded digest returns, and a warning',
    start: { progress: 'deployed', own: 'image' },
    faults: ({ app }) => [`registry status --status 500 --path /${app}/`],
    call: rollback,
    expected: {
      result: { verdict: 'healthy', warnings: [{ code: 'digest_unverified', cosmetic: false }] },
    },
    leavesToml: true,
  },
  {
    name: 'a deploy that fails, and whose last release is gone meanwhile',
    start: { progress: 'deployed', own: 'image' },
    call: calls.deploy({
      health_path: '/nowhere',
      wait_timeout: checksWait,
      rollback_on_failure: true,
    }),
    meanwhile: {
      when: { message: 'checks pass' },
      happens: async (scene) => void (await forgetImages(scene)),
    },
    expected: {
      code: 'unhealthy',
      diagnosis: 'health_timeout',
      next: [calls.health, calls.releases],
      text: /It was not rolled back: /,
    },
    leavesToml: true,
  },
  {
    name: 'there is no release to return to',
    start: { progress: 'deployed', own: 'app' },
    call: ({ app }) => ({ tool: 'rollback', arguments: { app } }),
    expected: { code: 'release_not_found', next: [calls.releases] },
    leavesToml: true,
    alsoReal: true,
  },
  {
    name: 'the registry does not answer when an image is to be promoted',
    start: { progress: 'deployed', own: 'image' },
    faults: ({ app }) => [`registry status --status 500 --path /${app}/`],
    call: ({ app, image }) => ({
      tool: 'promote_image',
      arguments: { image, apps: [`${app}-two`] },
    }),
    expected: {
      code: 'unknown_failure',
      diagnosis: 'registry_5xx',
      next: [],
      text: /could not be asked/,
    },
    leavesToml: true,
  },
]
