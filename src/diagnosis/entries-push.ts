import type { Entry } from './diagnosis.js'
import { buildImage, createApp, pushImage } from './repairs.js'

/** The way of the image into Fly's registry. */
export const pushEntries: readonly Entry[] = [
  {
    id: 'creds_helper_missing',
    stage: 'push',
    pattern: /docker-credential-[a-z-]{1,60}": executable file not found/,
    cause:
      'docker’s config names a credential helper that is not installed, as Docker Desktop leaves behind.',
    remedy:
      'Push with push_image, which uses a docker config of its own; leave the user’s ~/.docker/config.json as it is.',
    retry: 'no',
    who: 'tool',
    next: pushImage('it logs in with a docker config of its own'),
  },
  {
    id: 'push_repo_not_found',
    stage: 'push',
    pattern: /name unknown: app repository not found|app repository not found|\bname unknown: /,
    cause:
      'The registry has no place for this app: the app does not exist yet, its name is misspelt, or the login is of another organization.',
    remedy:
      'Create the app with create_app (it succeeds where the app is yours already), then call push_image again.',
    retry: 'no',
    who: 'ask',
    next: createApp('the registry takes images of existing apps only'),
  },
  {
    id: 'push_not_allowed',
    stage: 'push',
    pattern: /unauthorized: not allowed|you are not authorized to push/,
    cause:
      'The token is valid, but for another app or organization than the one in the image’s name.',
    remedy:
      'A person provides a token of the app that the image names, or of its organization; logging in again does not help. See https://fly.io/docs/security/tokens/.',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'push_401',
    stage: 'push',
    pattern:
      /unauthorized: authentication required|^unauthorized$|no basic auth credentials|(?:registry\.fly\.io|unexpected (?:HTTP )?status|failed to authorize)[^\n]{0,300}401 Unauthorized|denied: requested access/m,
    cause: 'The registry does not know the login: none, an expired one, or trouble at Fly.',
    remedy:
      'Call push_image again, which renews the login; if that fails too, look at https://status.flyio.net.',
    retry: 'once',
    who: 'tool',
    next: pushImage('it renews the login of the registry'),
  },
  {
    id: 'push_dns',
    stage: 'push',
    pattern:
      /(?:registry\.fly\.io|127\.0\.0\.1:\d+\/v2\/)[^\n]{0,300}(?:server misbehaving|no such host|i\/o timeout|connection (?:reset|refused)|network is unreachable|failure in name resolution)/,
    cause: 'Fly’s registry could not be looked up or reached from where the image is pushed.',
    remedy:
      'Call push_image again after some seconds; where a remote builder pushed, build and push from here with build_image and push_image.',
    retry: 'yes',
    who: 'tool',
    next: pushImage('the registry may be reachable now'),
  },
  {
    id: 'registry_5xx',
    stage: 'push',
    pattern: /received unexpected HTTP status: 5\d\d/,
    cause: 'The registry answered with an error of its own.',
    remedy:
      'Look at https://status.flyio.net, and try again after a minute: layers that arrived are not sent again.',
    retry: 'after_wait',
    who: 'tool',
    next: pushImage('what has arrived is not sent again'),
  },
  {
    id: 'local_tag_missing',
    stage: 'push',
    pattern: /An image does not exist locally|tag does not exist: |No such image/,
    cause:
      'The Docker engine here has no image of that name: another builder made it, or the tag differs, as short SHAs of two lengths do.',
    remedy:
      'Build it with build_image, and push exactly the image that it returns with push_image.',
    retry: 'no',
    who: 'tool',
    next: buildImage('it leaves the image on this engine and returns its name'),
  },
  {
    id: 'image_not_found',
    stage: 'deploy',
    pattern: /could not find image(?: "(?<image>[^"\s]{1,512})")?/i,
    cause:
      'Fly’s registry does not show the image: never pushed, pushed under another tag, not visible yet, or cleared away since.',
    remedy:
      'Push it with push_image, which also checks that it arrived; then deploy it by the digest that push_image returns.',
    retry: 'yes',
    next: pushImage('deploy_image takes images that are in the registry'),
  },
  {
    id: 'manifest_pending',
    stage: 'deploy',
    pattern: /failed to get manifest(?: (?<image>[^\s:"]+\/[^\s"]{1,400}))?/,
    cause: 'The image was pushed a moment ago, and not every part of Fly sees it yet.',
    remedy: 'Wait a minute, then call deploy_image again with the same image.',
    retry: 'yes',
    who: 'tool',
    next: {
      tool: 'deploy_image',
      arguments: {},
      needs: ['app', 'image'],
      why: 'after a minute the image is visible',
    },
  },
  {
    id: 'manifest_unknown',
    stage: 'deploy',
    pattern: /manifest unknown|no such manifest/i,
    cause: 'That repository of the registry has no such tag.',
    remedy:
      'Find the image that was pushed with list_releases, or push the wanted one with push_image.',
    retry: 'no',
    who: 'tool',
    next: pushImage('the tag is not in the registry'),
  },
]
