import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scene } from './scene.js'
import { web } from './tomls.js'

/** What the lines of one story share. */
export interface Story {
  readonly app: string
  /** An image that answers on port 8080. */
  readonly image: string
  /** The same, named as if it were of Docker Hub. */
  readonly local: string
  /** Path of the app's configuration. */
  readonly toml: string
  /** The id of the app's machine of that name, or of its first. */
  machine(name?: string): Promise<string>
  volume(): Promise<string>
  token(): Promise<string>
  address(): Promise<string>
}

export interface Line {
  readonly args: (story: Story) => readonly string[] | Promise<readonly string[]>
  readonly stdin?: string
  /** What it prints. */
  readonly says?: RegExp
  /** It does not end by itself: it is interrupted once it has printed this. */
  readonly until?: RegExp
}

const at = ({ app }: Story) => ['--app', app]
const deploy =
  (...more: readonly string[]) =>
  ({ app, toml, image }: Story) => [
    'deploy',
    ...[
      '--app',
      app,
      '--config',
      toml,
      '--image',
      image,
      '--ha=false',
      '--dns-checks=false',
      '--yes',
    ],
    ...more,
  ]

/** A command about the story's app. */
function line(command: string, says?: RegExp): Line {
  const args = (story: Story) => [...command.split(' '), ...at(story)]
  return says === undefined ? { args } : { args, says }
}

/** A command about one of its machines. */
function machine(command: string, says?: RegExp, name?: string): Line {
  const [verb = '', ...rest] = command.split(' ')
  const args = async (story: Story) => [
    ...['machine', verb, await story.machine(name), ...rest],
    ...at(story),
  ]
  return says === undefined ? { args } : { args, says }
}

function volume(command: string, says?: RegExp): Line {
  const words = command.split(' ')
  const split = words[0] === 'snapshots' ? 2 : 1
  const args = async (story: Story) => [
    ...['volumes', ...words.slice(0, split), await story.volume(), ...words.slice(split)],
    ...at(story),
  ]
  return says === undefined ? { args } : { args, says }
}

/** The commands that people use beyond those that flyops sends. Each list is about an app of its own. */
export const stories: Readonly<Record<string, { toml?: string; lines: readonly Line[] }>> = {
  strategies: {
    lines: [
      { args: deploy() },
      { args: deploy('--strategy', 'rolling') },
      { args: deploy('--strategy', 'immediate') },
      { args: deploy('--strategy', 'canary') },
      { args: deploy('--strategy', 'bluegreen'), says: /Deployment Complete/ },
      line('status', /started/),
      line('releases --image', /v5/),
      line('checks list', /passing/),
      line('image show', /sha256:/),
      line('config show', /internal_port/),
      line('config env'),
      line('logs --no-tail', /Machine started/),
      { ...line('logs'), until: /Machine started/ },
      line('services list', /8080/),
    ],
  },
  'strategies where a machine is stopped': {
    lines: [
      { args: deploy('--ha'), says: /Creating a second machine/ },
      machine('stop', /stopped/),
      { args: deploy('--strategy', 'rolling') },
      { args: deploy('--strategy', 'immediate') },
      { args: deploy('--strategy', 'canary') },
      { args: deploy('--strategy', 'bluegreen'), says: /Deployment Complete/ },
      line('status', /started/),
    ],
  },
  scale: {
    lines: [
      { args: deploy() },
      line('scale show', /256 MB/),
      line('scale count 2 --yes', /Created/),
      line('scale memory 512', /Memory: 512 MB/),
      line('scale vm shared-cpu-2x', /shared-cpu-2x/),
      line('scale count 1 --yes', /Destroyed/),
    ],
  },
  groups: {
    toml: `[deploy]
  release_command = 'echo released'
[processes]
  app = 'httpd -f -p 8080 -h /www'
  worker = 'sleep 1000'
`,
    lines: [
      { args: deploy(), says: /release_command .*completed successfully/ },
      line('scale count worker=2 --yes', /group:worker/),
    ],
  },
  volumes: {
    toml: "[mounts]\n  source = 'data'\n  destination = '/data'\n",
    lines: [
      line('volumes create data --region ewr --size 1 --yes', /vol_/),
      { args: deploy() },
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
      { args: () => 'redis list'.split(' ') },
      { args: () => 'postgres list'.split(' '), says: /No postgres clusters/ },
    ],
  },
  machines: {
    lines: [
      {
        args: ({ app, image }) =>
          `machine run ${image} --app ${app} --region ewr --name m1 --port 80:8080/tcp:http`.split(
            ' ',
          ),
        says: /started/,
      },
      {
        args: ({ app, image }) =>
          `machine create ${image} --app ${app} --region ewr --name m2`.split(' '),
        says: /stopped/,
      },
      line('machine list', /m1/),
      machine('status', /started/, 'm1'),
      machine('clone --region ewr', /successfully cloned/, 'm1'),
      machine('update --env A=b --yes', /updated successfully/, 'm1'),
      machine('update --env A=b --yes', /updated successfully/, 'm2'),
      machine('stop', /stopped/, 'm1'),
      machine('start', /started/, 'm1'),
      machine('restart', /restarted successfully/, 'm1'),
      machine('suspend', /suspended/, 'm1'),
      machine('wait --state suspended', /suspended/, 'm1'),
      machine('start', /started/, 'm1'),
      machine('wait --state started', /started/, 'm1'),
      {
        args: async (story) => [
          'machine',
          'exec',
          await story.machine('m1'),
          'cat /www/info',
          ...at(story),
        ],
        says: /Health Ok/,
      },
      machine('cordon', undefined, 'm1'),
      machine('uncordon', undefined, 'm1'),
      { args: async (story) => ['machine', 'destroy', await story.machine('m2'), '--force'] },
      machine('destroy --force', /destroyed/, 'm1'),
    ],
  },
  secrets: {
    lines: [
      { args: deploy() },
      line('secrets set A=b'),
      line('secrets set C=d --stage', /staged/),
      line('secrets list', /1 secret not deployed/),
      line('secrets deploy'),
      line('secrets list', /C +│ [0-9a-f]+ +│ Deployed/),
      line('secrets unset A'),
      line('secrets unset C --stage', /staged/),
      { ...line('secrets import'), stdin: 'X=y\n' },
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
  'addresses and tokens': {
    lines: [
      line('ips allocate-v4 --yes', /203\.0\.113\./),
      line('ips allocate-v4 --shared', /shared/),
      line('ips allocate-v6', /2001:db8:/),
      line('ips allocate-v6 --private', /fdaa:/),
      { args: async (story) => ['ips', 'release', await story.address(), ...at(story)] },
      line('ips list', /shared/),
      line('tokens create deploy', /FlyV1 /),
      line('tokens list', /flyctl deploy token/),
      { args: async (story) => ['tokens', 'revoke', await story.token()], says: /Revoked/ },
      { args: () => 'tokens create org personal'.split(' '), says: /FlyV1 / },
      { args: () => 'orgs show personal'.split(' '), says: /Sandbox/ },
      { args: () => 'platform regions'.split(' '), says: /Secaucus/ },
      { args: () => 'auth token'.split(' '), says: /deprecated/ },
      { args: () => 'apps list'.split(' ') },
    ],
  },
  'a build of its own': {
    lines: [
      {
        args: ({ app, toml }) =>
          `deploy . --app ${app} --config ${toml} --local-only --ha=false --dns-checks=false --yes`.split(
            ' ',
          ),
        says: /Pushing image done/,
      },
      line('image show', /deployment-/),
      line('config save --yes', /Wrote config file/),
      line('config validate', /Configuration is valid/),
      { args: () => 'orgs list'.split(' '), says: /Sandbox/ },
      { args: () => 'auth whoami'.split(' '), says: /sandbox@localhost/ },
    ],
  },
  'an image that only the engine has': {
    lines: [
      {
        args: ({ app, toml, local }) =>
          `deploy --app ${app} --config ${toml} --image ${local} --ha=false --dns-checks=false --yes`.split(
            ' ',
          ),
      },
      line('image show', /registry-1\.docker\.io/),
      line('scale count 2 --yes', /Created/),
      line('status', /started/),
    ],
  },
  // These start an agent with a tunnel, and send nothing through it. With web sockets it would go to port 443.
  'an agent': {
    lines: [
      { args: deploy() },
      { args: () => 'wireguard websockets disable'.split(' ') },
      { args: ({ app }) => ['apps', 'restart', app], says: /restarted successfully/ },
      line('image update --yes', /Machines successfully updated/),
      { args: () => 'agent stop'.split(' ') },
    ],
  },
  launch: {
    lines: [
      {
        args: ({ app, image }) =>
          `launch --image ${image} --name ${app}-new --org personal --region ewr --yes --ha=false --internal-port 8080 --now`.split(
            ' ',
          ),
      },
      { args: ({ app }) => `apps destroy ${app}-new --yes`.split(' '), says: /Destroyed/ },
    ],
  },
}

interface Named {
  readonly id: string
  readonly name: string
}

/** The story's app, made, with a configuration. */
export async function beginStory(scene: Scene<string>, toml = ''): Promise<Story> {
  const { app, api } = scene
  await api('/v1/apps', 'POST', { name: app, org_slug: 'personal', network: '' })
  const first = async (field: string): Promise<string> => {
    const query = `{ app(name: "${app}") { ${field} } }`
    const { data } = await api<{ data: { app: object } }>('/graphql', 'POST', { query })
    return /"(?:id|address)":"([^"]+)"/.exec(JSON.stringify(data.app))?.[1] ?? ''
  }
  const local = `local-${app}:1`
  await scene.docker(['tag', scene.images, local])
  await writeFile(join(scene.folder, 'Dockerfile'), `FROM ${scene.images}\n`)
  return {
    app,
    image: scene.images,
    local,
    toml: await scene.toml(
      web(app, toml.includes('[processes]') ? "  processes = ['app']\n" : '') + toml,
    ),
    async machine(name) {
      const all = await api<readonly Named[]>(`/v1/apps/${app}/machines`)
      return all.find((each) => name === undefined || each.name === name)?.id ?? ''
    },
    volume: async () => (await api<readonly Named[]>(`/v1/apps/${app}/volumes`))[0]?.id ?? '',
    token: () => first('limitedAccessTokens { nodes { id } }'),
    address: () => first('ipAddresses { nodes { address } }'),
  }
}
