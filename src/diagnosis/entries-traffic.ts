import type { Entry } from './diagnosis.js'
import { checkHealth, deployImage } from './repairs.js'

/** What Fly's proxy and the names of apps answer; codes as in https://fly.io/docs/monitoring/error-codes/. */
export const trafficEntries: readonly Entry[] = [
  {
    id: 'proxy_lease',
    stage: 'traffic',
    pattern: /\[P[MR]\d+\] machines API returned an error: [^\n]{0,200}lease currently held/,
    cause: 'The proxy wanted to start a machine that a running deploy has locked: no failure.',
    remedy:
      'Let the deploy finish, then look with check_health after the time that the text names.',
    retry: 'yes',
    who: 'tool',
    next: checkHealth('after the deploy'),
  },
  {
    id: 'proxy_wake_rate',
    stage: 'traffic',
    pattern:
      /could not find a good candidate[^\n]{0,300}rate limit exceeded|\[P[RM]\d+\] machines API returned an error: [^\n]{0,60}rate limit exceeded/,
    cause:
      'Too many requests try to wake a sleeping or crashing machine, which may start once a second.',
    remedy:
      'Ask less often, every two seconds at most, and look with check_health for a crash; `min_machines_running: 1` of deploy_image keeps one awake.',
    retry: 'yes',
    who: 'tool',
    next: checkHealth('it asks slowly'),
  },
  {
    id: 'pm',
    stage: 'traffic',
    pattern:
      /\[PM07\] failed to change machine state: machine still active, refusing to start|\[PM(?:0[1-9]|1[01])\]|\berror[ ._]code\W{1,4}PM(?:0[1-9]|1[01])\b/,
    cause: 'The proxy could not wake the machine, or not in time.',
    remedy:
      'Try once more with a limit of a minute; for production keep one awake: deploy_image with `min_machines_running: 1`, which costs a few dollars a month.',
    retry: 'once',
    who: 'ask',
    next: deployImage('one machine stays awake', { fixed: { min_machines_running: 1 } }),
  },
  {
    id: 'pc01',
    stage: 'traffic',
    pattern: /\[PC0[12]\]|instance refused connection/,
    depth: 'symptom',
    cause:
      'The machine runs, but nothing answers at internal_port: a wrong port or address, or a crash.',
    remedy:
      'Let the app listen on 0.0.0.0, and call deploy_image with its port as `internal_port`.',
    retry: 'no',
    who: 'ask',
    next: deployImage('with the port that the app listens on', { needs: ['internal_port'] }),
  },
  {
    id: 'pr01',
    stage: 'traffic',
    pattern: /\[PR0[134]\]|could not find a good candidate|no healthy (?:machines|instances)/i,
    depth: 'symptom',
    cause:
      'The proxy finds no machine to send requests to: all stopped, failing their checks, or full.',
    remedy:
      'See with check_health which it is; start a stopped machine, and let `auto_start` of deploy_image be true.',
    retry: 'no',
    who: 'tool',
    next: checkHealth('it shows machines and checks'),
  },
  {
    id: 'pu',
    stage: 'traffic',
    pattern:
      /\[PU0[234]\]|could not complete HTTP request to instance|upstream connect error|502 Bad Gateway/,
    depth: 'symptom',
    cause:
      'The app crashed or closed the connection in the middle of a request; PU03 is the host’s fault.',
    remedy:
      'Read the app’s log for a crash or the OOM killer, and let its keep-alive last longer than a minute.',
    retry: 'once',
    who: 'ask',
  },
  {
    id: 'cert',
    stage: 'traffic',
    pattern:
      /No TLS certificate found for SNI|\[PT0[456]\]|certificate (?:is not|isn't) (?:yet )?(?:ready|issued)|Awaiting (?:certificates|configuration)/i,
    cause:
      'A domain of your own has no certificate yet: DNS, a CAA record or a proxy in front stops it.',
    remedy:
      'A person follows `fly certs check` for that domain; until then use <app>.fly.dev. See https://fly.io/docs/networking/custom-domain/.',
    retry: 'after_wait',
    who: 'human',
  },
  {
    id: 'new_app_dns',
    stage: 'traffic',
    pattern:
      /(?:ENOTFOUND|no such host|NXDOMAIN|Could not resolve host)[^\n]{0,120}\.fly\.dev\b|\.fly\.dev\b[^\n]{0,160}(?:ENOTFOUND|no such host|NXDOMAIN|Could not resolve)/,
    cause: 'The name of a new app is not visible yet, or the app was never given an address.',
    remedy:
      'Wait a minute and look with check_health; if it lasts, see `fly ips list`, and allocate with `fly ips allocate-v6` and `fly ips allocate-v4 --shared`.',
    retry: 'yes',
    who: 'tool',
    next: checkHealth('the name may be visible now'),
  },
  {
    id: 'not_logged_or_scope',
    stage: 'any',
    pattern: /failed to fetch an image or build from source/,
    depth: 'wrapper',
    cause: 'flyctl got no image; the reason stands only behind the colon, and is not a known one.',
    remedy: 'Read what follows the colon, word by word; it is the only evidence.',
    retry: 'no',
    who: 'tool',
  },
]
