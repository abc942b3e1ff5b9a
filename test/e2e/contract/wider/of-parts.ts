import { any, deploy, type Line, line, machine, type Stories, type Story, volume } from './story.js'

const withToken = {
  env: async ({ token }: Story) => ({ FLY_API_TOKEN: (await token()).tokenHeader }),
}

const withKept = { env: async ({ kept }: Story) => ({ FLY_API_TOKEN: kept }) }

/** An app that is there, and not the story's: the one whose image it is. */
const another = ({ image }: Story) => image.split('/')[1]?.split(':')[0] ?? ''

function exec(command: string): Pick<Line, 'args'> {
  return {
    args: async (story) => ['machine', 'exec', await story.machine(), command, '--app', story.app],
  }
}

/** What apps have: machines, volumes, secrets, addresses, tokens. Each list is about an app of its own. */
export const storiesOfParts: Stories = {
  machines: {
    lines: [
      any('machine run IMAGE --app APP --region ewr --name m1 --port 80:8080/tcp:http', /started/),
      any('machine create IMAGE --app APP --region ewr --name m2', /stopped/),
      line('machine list', /m1/),
      machine('status', /started/, 'm1'),
      machine('leases view', /No leases found/, 'm1'),
      machine('clone --region ewr', /successfully cloned/, 'm1'),
      machine('update --env A=b --metadata c=d --yes', /updated successfully/, 'm1'),
      machine('update --env A=b --yes', /updated successfully/, 'm2'),
      machine('stop', /stopped/, 'm1'),
      machine('start', /started/, 'm1'),
      machine('restart', /restarted successfully/, 'm1'),
      machine('suspend', /suspended/, 'm1'),
      machine('wait --state suspended', /suspended/, 'm1'),
      machine('start', /started/, 'm1'),
      machine('wait --state started', /started/, 'm1'),
      {
        args: async ({ app, machine: idOf }) => [
          'machine',
          'exec',
          await idOf('m1'),
          'cat /www/info',
          '--app',
          app,
        ],
        says: /Health Ok/,
      },
      machine('cordon', undefined, 'm1'),
      machine('uncordon', undefined, 'm1'),
      machine('kill', /kill signal has been sent/, 'm1'),
      {
        args: async ({ machine: idOf }) => ['machine', 'destroy', await idOf('m2'), '--force'],
      },
      machine('destroy --force', /destroyed/, 'm1'),
    ],
  },
  volumes: {
    toml: "[mounts]\n  source = 'data'\n  destination = '/data'\n",
    lines: [
      line('volumes create data --region ewr --size 1 --yes', /vol_/),
      deploy(),
      volume('extend --size 2', /Size GB: 2/),
      volume('fork', /vol_/),
      volume('snapshots create', /Scheduled/),
      volume('snapshots list', /created/),
      volume('show', /Size GB: 2/),
      volume('update --snapshot-retention 7', /7/),
      line('scale count 2 --yes', /volume:vol_/),
      line('volumes list', /data/),
    ],
  },
  // Whose volume it is, or whether there are any, is asked of the whole organization.
  'without an app': {
    lines: [
      line('volumes create data --region ewr --size 1 --yes', /vol_/),
      {
        args: async (story) => ['volumes', 'destroy', await story.volume(), '--yes'],
        says: /Destroyed volume/,
      },
      any('redis list'),
      any('postgres list', /No postgres clusters/),
      any('machine place --region ewr --org personal', /ewr/),
      any('platform vm-sizes', /shared-cpu-1x/),
    ],
  },
  secrets: {
    isOfStandIn: true,
    lines: [
      deploy(),
      { ...line('secrets import --stage'), stdin: 'A=b\n' },
      line('secrets list --json', /"name": "A"/),
      { ...line('secrets import'), stdin: 'X=y\n' },
      line('secrets set B=c', /update succeeded/),
      line('secrets set C=d --stage', /staged/),
      line('config env', /C +│ [0-9a-f]+/),
      line('secrets deploy', /update succeeded/),
      line('secrets unset A', /update succeeded/),
      line('secrets unset C --stage', /staged/),
      line('secrets sync'),
    ],
  },
  certificates: {
    lines: [
      line('ips allocate-v6', /2001:db8:/),
      line('certs add example.com', /Certificate created for example.com/),
      line('certs list', /example.com +Fly +Not verified/),
      line('certs show example.com', /Hostname += example.com/),
      line('certs check example.com', /Not verified/),
      line('certs setup example.com', /AAAA example.com → 2001:db8:/),
      line('certs remove example.com --acme --yes', /stopped/),
      line('certs list'),
    ],
  },
  addresses: {
    lines: [
      line('ips allocate-v4 --yes', /203\.0\.113\./),
      line('ips allocate-v4 --shared', /shared/),
      line('ips allocate-v6', /2001:db8:/),
      line('ips allocate-v6 --private', /fdaa:/),
      { args: async ({ app, address }) => ['ips', 'release', await address(), '--app', app] },
      line('ips list', /shared/),
      line('ips private', /ID/),
      any('platform regions', /Secaucus/),
    ],
  },
  // A token of one app sees no other, and once it is revoked nothing.
  tokens: {
    lines: [
      line('tokens create deploy', /FlyV1 /),
      line('tokens list', /flyctl deploy token/),
      { ...line('status'), ...withToken },
      { ...any('apps list'), ...withToken },
      { ...any('apps create APP-2 --org personal', /Not authorized/), ...withToken, fails: true },
      { args: async (story) => ['tokens', 'revoke', (await story.token()).id], says: /Revoked/ },
      { ...line('status', /401/), ...withToken, fails: true },
      any('tokens create org personal', /FlyV1 /),
      any('orgs show personal', /Sandbox/),
      any('auth token', /deprecated/),
    ],
  },
  // Each is made, or made less, by flyctl; the sandbox holds it to that.
  'narrowed tokens': {
    lines: [
      { ...deploy(), ...withToken },
      { ...any('tokens create readonly personal', /FlyV1 /), isKept: true },
      { ...any('apps list', /contract-/), ...withKept },
      { ...line('status', /started/), ...withKept },
      { ...deploy('', /Not authorized/), ...withKept, fails: true },
      { ...any('apps create APP-2 --org personal', /Not authorized/), ...withKept, fails: true },
      any('tokens list --org personal', /Read-only org token/),
      any('tokens create wireguard personal', /FlyV1 /),
      // Two in one: what reads, and what may ask for a peer.
      { ...line('tokens create ssh', /FlyV1 /), isKept: true },
      { ...line('status', /started/), ...withKept },
      { ...line('secrets set A=b --stage', /Not authorized/), ...withKept, fails: true },
      { ...line('tokens create machine-exec echo hi', /FlyV1 /), isKept: true },
      { ...exec('echo hi'), says: /hi/, ...withKept },
      { ...exec('echo ho'), says: /Not authorized/, ...withKept, fails: true },
      { ...any('tokens create org personal', /FlyV1 /), isKept: true },
      {
        ...any('tokens attenuate', /FlyV1 /),
        ...withKept,
        stdin: async ({ number }) =>
          JSON.stringify([{ type: 'Apps', body: { apps: { [await number()]: 'rwcdC' } } }]),
        isKept: true,
      },
      { ...line('secrets set A=b --stage', /staged/), ...withKept },
      {
        args: (story) => ['secrets', 'set', 'A=b', '--stage', '--app', another(story)],
        says: /Could not find App/,
        ...withKept,
        fails: true,
      },
      {
        ...any('tokens attenuate', /FlyV1 /),
        ...withToken,
        stdin: async () => JSON.stringify([{ type: 'Action', body: 'r' }]),
        isKept: true,
      },
      { ...line('status', /started/), ...withKept },
      { args: async (story) => ['tokens', 'revoke', (await story.token()).id], says: /Revoked/ },
      { ...line('status', /401/), ...withKept, fails: true },
    ],
  },
}
