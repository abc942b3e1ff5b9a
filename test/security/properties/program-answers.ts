import { readFileSync } from 'node:fs'
import type { PlayedRegistry } from './registry-answers.js'
import { appHost, canaries, digestOf, registryHost } from './world.js'

/** What a program printed, and how it ended. */
export interface Answer {
  readonly stdout?: string
  readonly stderr?: string
  readonly exitCode?: number
}

/** How docker and flyctl are disposed towards one call. */
export type Mood = 'well' | 'refusing' | 'failing' | 'telling' | 'nonsense' | 'flooding'

/** What a program was started with, for one that tells all that it knows. */
export interface Asked {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: string
}

/** Answers as docker and flyctl give them, for a platform with the app `hello` and its image. */
export function createPrograms(mood: Mood, registry: PlayedRegistry) {
  const answers = { docker: createDocker(), flyctl: createFlyctl(registry) }
  return (program: 'docker' | 'flyctl', asked: Asked): Answer => {
    if (mood !== 'well' && mood !== 'telling') return moods[mood](asked)
    const answer = answers[program](asked.args)
    return mood === 'well' ? answer : tellAll(answer, asked)
  }
}

/** Writes the clipboard of a terminal, and turns what follows around. */
const bell = '\u001b]52;c;aWQ=\u0007\u009b31m\u202e'

/** The log, the check and the error of an app that prints all that it was given. */
function tellAll({ stdout, stderr, exitCode = 0 }: Answer, asked: Asked): Answer {
  const { args, stdin } = asked
  const given = secretsGiven(asked)
  const isJson = /^\s*[[{]/.test(stdout ?? '')
  const told = `listening ${given.join(' ')} ${bell}`
  const changes = args[0] === 'secrets' || args.includes('build') || args[0] === 'deploy'
  return {
    stdout: (stdout ?? '').replaceAll(
      'listening',
      isJson ? JSON.stringify(told).slice(1, -1) : told,
    ),
    stderr: `${stderr ?? ''}${[...args, ...given, stdin, bell].join('\n')}\n`,
    exitCode: changes ? 1 : exitCode,
  }
}

/** What flyops itself logs in with, and the secrets of a build. */
function secretsGiven({ args, env }: Asked): readonly string[] {
  const own = Object.entries(env).flatMap(([name, value]) => (/^FLY/.test(name) ? value : []))
  const ofBuild = args.flatMap((arg) => {
    const [, name, file] = /^id=[^,]*,(?:env=(.*)|src=(.*))$/.exec(arg) ?? []
    return name === undefined ? (file === undefined ? [] : readFileSync(file, 'utf8')) : env[name]
  })
  return [...own, ...ofBuild].flatMap((value) => (value?.includes('canary') ? value : []))
}

const moods: Readonly<Record<Exclude<Mood, 'well' | 'telling'>, (asked: Asked) => Answer>> = {
  refusing: () => ({ stderr: 'Error: unauthorized: authentication required\n', exitCode: 1 }),
  failing: () => ({ stderr: 'Error: something went wrong\n', exitCode: 1 }),
  nonsense: ({ args }) => ({
    stdout: ['null', '[]', '{}', '[null]', '', '{"Name":7}', '\u001b]52;c;aGk=\u0007'][
      args.join().length % 7
    ] as string,
  }),
  flooding: () => ({ stdout: 'x'.repeat(300_000), stderr: `${'y'.repeat(300)}\n`.repeat(1_000) }),
}

function createDocker(): (args: readonly string[]) => Answer {
  const local = new Map<string, Readonly<Record<string, string>>>([
    [`${registryHost}/hello:1a2b3c4`, {}],
  ])
  const remote = new Set([`${registryHost}/hello:1a2b3c4`])
  return (args) => {
    const last = args.at(-1) ?? ''
    switch (args.slice(0, 2).join(' ')) {
      case '--version':
        return { stdout: 'Docker version 28.2.2, build e6534b4\n' }
      case 'version --format':
        return json({
          Client: { Version: '28.2.2' },
          Server: { Version: '28.2.2', Os: 'linux', Arch: 'amd64' },
        })
      case 'buildx version':
        return { stdout: 'github.com/docker/buildx v0.24.0 d0e5e86\n' }
      case 'context inspect':
        return { stdout: 'unix:///var/run/docker.sock\n' }
      case 'buildx build': {
        local.set(args[args.indexOf('--tag') + 1] ?? '', labelsIn(args))
        return { stderr: `${JSON.stringify({ vertexes: [{ digest: 'v1', name: 'COPY' }] })}\n` }
      }
      case 'image inspect': {
        const labels = local.get(last)
        if (labels === undefined) return { stderr: `Error: No such image: ${last}\n`, exitCode: 1 }
        return json([imageOf(last, labels)])
      }
      case 'push --':
        remote.add(last)
        return { stdout: `5f70bf18a086: Pushed\n1: digest: ${digestOf(last)} size: 528\n` }
      case 'manifest inspect':
        return remote.has(last) || last.includes('@')
          ? json(manifestOf(last))
          : { stderr: 'no such manifest\n', exitCode: 1 }
      case 'container inspect':
        return json([containerOf(last)])
      case `logs --tail=20`:
        return { stdout: 'listening\n' }
      default:
        return {}
    }
  }
}

function labelsIn(args: readonly string[]): Readonly<Record<string, string>> {
  const labels = args.flatMap((arg, at) => (args[at - 1] === '--label' ? [arg] : []))
  return Object.fromEntries(labels.map(pairOf))
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

function imageOf(reference: string, labels: Readonly<Record<string, string>>) {
  return {
    Id: digestOf(`config of ${reference}`),
    Architecture: 'amd64',
    Os: 'linux',
    Size: 5_000_000,
    Config: { ExposedPorts: { '8080/tcp': {} }, Labels: labels },
  }
}

function manifestOf(reference: string) {
  return {
    Descriptor: {
      digest: digestOf(reference),
      platform: { os: 'linux', architecture: 'amd64' },
    },
    SchemaV2Manifest: {
      config: { digest: digestOf(`config of ${reference}`), size: 100 },
      layers: [{ size: 1000 }],
    },
  }
}

function containerOf(name: string) {
  const [, port = ''] = appHost.split(':')
  const ports = Object.fromEntries([80, 8080].map((each) => [`${each}/tcp`, [{ HostPort: port }]]))
  return {
    Id: name,
    State: { Running: true, ExitCode: 0, OOMKilled: false, Pid: 2 ** 30 },
    NetworkSettings: { Ports: ports },
  }
}

interface App {
  readonly image: string
  readonly release: number
}

function createFlyctl(registry: PlayedRegistry): (args: readonly string[]) => Answer {
  const apps = new Map<string, App>([
    ['hello', { image: `${registryHost}/hello:1a2b3c4`, release: 1 }],
    ['other', { image: `${registryHost}/hello:1a2b3c4`, release: 1 }],
    ['linked', { image: `${registryHost}/hello:1a2b3c4`, release: 1 }],
  ])
  const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1] ?? ''
  return (args) => {
    const [first = '', second = ''] = args
    if (first === 'apps' || first === 'auth' || first === 'version' || first === 'orgs')
      return answerOfAccount(args, apps)
    if (first === 'config' && second === 'validate') return { stdout: '✓ Configuration is valid\n' }
    const name = after(args, '--app')
    const app = apps.get(name)
    if (app === undefined) return { stderr: 'Error: Could not find App\n', exitCode: 1 }
    switch (first) {
      case 'status':
        return json(statusOf(name, app))
      case 'releases':
        return json(
          Array.from({ length: app.release }, (_, at) => releaseOf(app, at + 1)).reverse(),
        )
      case 'config':
        return json({ app: name, primary_region: 'ams' })
      case 'logs':
        return json({ level: 'info', instance: 'm1', message: 'listening', region: 'ewr' })
      case 'secrets':
        return second === 'list' ? json([{ name: 'DATABASE_URL' }]) : {}
      case 'scale':
        return {}
      case 'deploy': {
        if (args.includes('--build-only')) {
          registry.push(`${name}:${after(args, '--image-label')}`, labelsIn(args))
          return { stderr: '#1 [1/1] COPY . /\n#1 DONE 0.1s\n' }
        }
        const release = app.release + 1
        apps.set(name, { image: after(args, '--image'), release })
        return { stdout: `{"id":"rel_1","version":${release}}\n` }
      }
      default:
        return { stderr: `Error: unknown command "${first}"\n`, exitCode: 1 }
    }
  }
}

function answerOfAccount(args: readonly string[], apps: Map<string, App>): Answer {
  switch (args.slice(0, 2).join(' ')) {
    case 'version --json':
      return json({ Name: 'flyctl', Version: '2026.8.1' })
    case 'auth whoami':
      return json({ email: 'somebody@localhost' })
    case 'auth token':
      return json({ token: canaries.flyToken })
    case 'orgs list':
      return json({ personal: 'Personal', team: 'Team' })
    case 'apps create': {
      const name = args[2] === '--generate-name' ? 'made-up-1' : (args[2] ?? '')
      apps.set(name, { image: '', release: 0 })
      return json(appOf(name))
    }
    case 'apps list':
      return json([...apps.keys()].map((name) => ({ ...appOf(name), Deployed: true })))
    case 'apps destroy':
      apps.delete(args[2] ?? '')
      return {}
    default:
      return {}
  }
}

function appOf(name: string) {
  return {
    Name: name,
    Status: 'deployed',
    Hostname: appHost,
    AppURL: `http://${appHost}`,
    Organization: { Slug: 'personal', Name: 'Personal' },
  }
}

function statusOf(name: string, { image, release }: App) {
  return {
    ...appOf(name),
    Deployed: release > 0,
    Version: release,
    Machines: release === 0 ? [] : [machineOf(image, release)],
  }
}

function machineOf(image: string, release: number) {
  const [reference = '', named] = image.split('@')
  const [repository = '', tag] = reference.slice(registryHost.length + 1).split(':')
  const digest = named ?? digestOf(image)
  return {
    id: 'm1',
    state: 'started',
    region: 'ewr',
    image_ref: { registry: registryHost, repository, tag, digest, labels: {} },
    config: {
      guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 1024 },
      metadata: { fly_release_version: String(release), fly_process_group: 'app' },
      services: [{ ports: [{ handlers: ['http'] }], checks: [{ type: 'http', path: '/info' }] }],
    },
    checks: [{ name: 'servicecheck-00-http-8080', status: 'passing', output: 'listening' }],
    events: [],
    host_status: 'ok',
  }
}

function releaseOf({ image }: App, version: number) {
  return {
    Version: version,
    Status: 'complete',
    CreatedAt: '2026-01-02T03:04:05Z',
    ImageRef: image,
    User: { Email: 'somebody@localhost' },
  }
}

function json(value: unknown): Answer {
  return { stdout: `${JSON.stringify(value, undefined, 2)}\n` }
}
