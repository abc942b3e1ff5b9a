import type { Entry } from './diagnosis.js'
import { checkHealth, deployImage, listReleases } from './repairs.js'

/** Machines that are replaced, waited for and checked. */
export const deployEntries: readonly Entry[] = [
  {
    id: 'image_too_large',
    stage: 'deploy',
    pattern: /Not enough space to unpack image|exceeds maximum of 8GB/,
    cause: 'Unpacked, the image is larger than the 8 GB that a machine’s root disk has.',
    remedy:
      'Make it smaller with a multi-stage Dockerfile and .dockerignore, or move large files to a volume; build_image returns the size.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'not_listening',
    stage: 'deploy',
    pattern: /not listening on the expected address/,
    cause:
      'The app listens on 127.0.0.1 only, on another port than internal_port, or it starts slowly; flyctl only warns of it.',
    remedy:
      'Let the app listen on 0.0.0.0, and call deploy_image with the `internal_port` of the table that the warning prints; check_health tells whether it was only slow.',
    retry: 'no',
    who: 'ask',
    next: deployImage('with the port that the app listens on', { needs: ['internal_port'] }),
  },
  {
    id: 'health_timeout',
    stage: 'deploy',
    pattern: /timeout reached waiting for health checks/,
    depth: 'symptom',
    cause:
      'The health check never passed: a wrong path or port, a path that redirects or wants a login, a slow start or a missing secret.',
    remedy:
      'See what the check prints with check_health, then call deploy_image with the right `health_path` or `internal_port`, or a longer `grace_period`.',
    retry: 'no',
    who: 'tool',
    next: checkHealth('it shows what each check answered'),
  },
  {
    id: 'check_redirect',
    stage: 'health',
    pattern: /GET https?:[^\n]{1,300}: 30[1278] /,
    cause: 'The path of the health check redirects, and Fly does not follow redirects.',
    remedy:
      'Call deploy_image with a `health_path` that answers 200 itself, or keep that path out of the redirect to https. See https://fly.io/docs/reference/health-checks/.',
    retry: 'no',
    who: 'ask',
    next: deployImage('with a path that does not redirect', { needs: ['health_path'] }),
  },
  {
    id: 'state_timeout',
    stage: 'deploy',
    pattern: /timeout reached waiting for machine's state/,
    depth: 'symptom',
    cause:
      'The machine did not start in time: a large image, a process that ends at once, or trouble with the host.',
    remedy:
      'Look at the machine with check_health; then call deploy_image with a longer `wait_timeout`. A machine without any events may be destroyed after asking.',
    retry: 'once',
    who: 'ask',
    next: checkHealth('it shows how the machine stands'),
  },
  {
    id: 'lease_held',
    stage: 'deploy',
    pattern: /failed to get lease|lease currently held by/,
    cause: 'Another deploy, or one that crashed a moment ago, has the machine locked.',
    remedy:
      'Wait until five seconds after the time that the text names, then call deploy_image again, twice at most; only a person clears a lease.',
    retry: 'after_wait',
    who: 'tool',
    next: deployImage('after the lease has expired'),
  },
  {
    id: 'no_capacity',
    stage: 'deploy',
    pattern:
      /insufficient_capacity|\bno capacity (?:available|in|for|left)|aborted: no capacity|insufficient resources (?:to|available)|could not reserve resource|insufficient (?:memory|CPUs|IPs) available/i,
    cause:
      'The host or the region has no room for the machine; a volume ties a machine to its host.',
    remedy:
      'Without a volume, call deploy_image with another `region` or a smaller `memory`; with one, fork the volume after asking, or wait. Never move data unasked.',
    retry: 'once',
    who: 'ask',
    next: deployImage('in another region', { needs: ['region'] }),
  },
  {
    id: 'host_unreachable',
    stage: 'deploy',
    pattern:
      /\bhosts?\b[^\n]{0,80}\b(?:is|are) (?:currently )?(?:unreachable|unavailable)|host_status"?: ?"unreachable"/i,
    cause: 'The hardware that the machine is on cannot be reached.',
    remedy:
      'Look at https://status.flyio.net and wait; to be up sooner, run a machine elsewhere. See https://fly.io/docs/apps/trouble-host-unavailable/.',
    retry: 'after_wait',
    who: 'ask',
  },
  {
    id: 'rate_limit',
    stage: 'deploy',
    pattern:
      /rate limit exceeded|resource_exhausted|(?:fly\.io|machines\.dev|status code|unexpected status)[^\n]{0,200}429\b/i,
    cause: 'Fly limits how fast machines may be changed: about one request a second for each.',
    remedy:
      'Look with check_health first, for the app may be up; otherwise wait some seconds, longer each time, and call deploy_image again.',
    retry: 'after_wait',
    who: 'tool',
    next: checkHealth('the roll-out may have succeeded'),
  },
  {
    id: 'masked_5xx',
    stage: 'any',
    pattern: /ContentLength=\d+ with Body length 0/,
    cause: 'Fly’s API failed with a 5xx, and flyctl hides it by sending an empty request again.',
    remedy:
      'See whether what was asked for exists already (check_health, list_releases), then make the call again.',
    retry: 'yes',
    who: 'tool',
    next: checkHealth('what was asked for may have been done'),
  },
  {
    id: 'replacing_412',
    stage: 'deploy',
    pattern: /unable to start machine from current state|machine still active, refusing to start/,
    cause: 'The machine is between two releases and cannot be started yet.',
    remedy:
      'Wait, and look with check_health every few seconds, up to ten minutes; do not destroy it.',
    retry: 'yes',
    who: 'tool',
    next: checkHealth('the machine may be through by now'),
  },
  {
    id: 'left_stopped',
    stage: 'deploy',
    pattern: /leaving the new version stopped/,
    depth: 'symptom',
    cause:
      'The machine was stopped: it was updated but never started, so nothing has shown that the release works.',
    remedy: 'Start it with `fly machine start`, then see with check_health that it answers.',
    retry: 'no',
    who: 'tool',
    next: checkHealth('a request starts the machine where auto_start is on'),
  },
  {
    id: 'bg_unhealthy',
    stage: 'deploy',
    pattern:
      /could not get all green machines (?:to be|into)|green machines (?:to be healthy|into)\b[^\n]{0,80}fail/,
    depth: 'symptom',
    cause:
      'The new machines did not become healthy; flyctl removed them, and the old ones go on serving.',
    remedy:
      'Find the reason in the log lines that were saved, for the new machines are gone; correct it, and call deploy_image again.',
    retry: 'no',
    who: 'tool',
    next: listReleases('it shows which release serves'),
  },
  {
    id: 'bg_unsafe',
    stage: 'deploy',
    pattern: /found multiple image versions|can't safely continue because active Machines/,
    cause: 'An earlier deploy stopped half way, and machines run different images.',
    remedy:
      'Call deploy_image with `strategy: "rolling"`, which brings all to one image; remove surplus machines only after asking.',
    retry: 'no',
    who: 'ask',
    next: deployImage('rolling brings all machines to one image', {
      fixed: { strategy: 'rolling' },
    }),
  },
  {
    id: 'release_status',
    stage: 'deploy',
    pattern: /failed to set release status/,
    cause: 'Only the book-keeping of the release failed; the machines may well run it.',
    remedy:
      'Judge by check_health, which compares digests and asks the app; deploy again only if it is not healthy.',
    retry: 'once',
    who: 'tool',
    next: checkHealth('the machines may run the release'),
  },
]
