import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { z } from 'zod'
import type { ErrorCode } from '../../../src/error-codes.js'
import * as commands from '../../../src/fly/commands.js'
import { createDeployReader } from '../../../src/fly/deploy-progress.js'
import { toMachine } from '../../../src/fly/machines.js'
import {
  emittedRelease,
  readLogs,
  readReply,
  strictFindings,
  toApp,
  toRelease,
} from '../../../src/fly/read-replies.js'
import { readRegistryToken } from '../../../src/fly/registry-token.js'
import * as replies from '../../../src/fly/replies.js'
import type { RunResult } from '../../../src/process/command.js'
import { eachMachine, givenTo, machinesIn, releasesIn, summaryOf } from './sandbox-state.js'
import type { Environment, Scene } from './scene.js'
import { groupConfigs, groups, web } from './tomls.js'

/** One command line, and what flyops relies on when it is run. */
export interface Case {
  readonly name: string
  readonly line: (scene: Scene) => readonly string[] | Promise<readonly string[]>
  readonly stdin?: string
  readonly env?: Environment
  /** What is done to the sandbox before. */
  readonly before?: (scene: Scene) => Promise<unknown>
  /** Without it, the command succeeds. */
  readonly fails?: Failure
  /** What src/fly reads of what was printed, and what that is to be. */
  readonly reads?: (result: RunResult) => unknown
  readonly as?: (scene: Scene) => unknown
  /** What there is afterwards in the sandbox, asked of its own API, and what that is to be. */
  readonly leaves?: (scene: Scene) => Promise<unknown>
  readonly that?: (scene: Scene) => unknown
}

export interface Failure {
  /** As src/fly classifies it. */
  readonly code: ErrorCode
  /** The line that begins with `Error: `. */
  readonly says: RegExp
  /** What the diagnosis base makes of all that was printed. */
  readonly diagnosis?: string
  /** 1 unless given. */
  readonly exit?: number
}

const context = { stage: 'preflight', doing: 'testing the contract' } as const
const expected = { ...context, app: undefined, apiUrl: 'http://127.0.0.1' }
const asItIs = (text: string) => text

function json<Reply extends z.ZodType, Read = z.infer<Reply>>(
  reply: Reply,
  pick: (read: z.infer<Reply>) => Read = (read) => read as Read,
) {
  return (result: RunResult) => pick(readReply(reply, result, { ...context, redact: asItIs }))
}

const status = json(replies.statusReply, (reply) => ({
  ...toApp(reply, expected),
  release: reply.Version,
  machines: (reply.Machines ?? []).map(toMachine),
}))

const address = expect.stringMatching(/^127\.0\.0\.1:\d+$/)
const appAs = (name: string) => ({
  name,
  org: 'personal',
  hostname: address,
  url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
})

export const simpleCases: readonly Case[] = [
  {
    name: 'its version',
    line: commands.version,
    reads: json(replies.versionReply),
    as: () => ({
      Name: 'flyctl',
      Version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      Environment: expect.any(String),
    }),
  },
  {
    name: 'who is logged in',
    line: commands.whoami,
    reads: json(replies.whoamiReply),
    as: () => ({ email: 'sandbox@localhost' }),
  },
  {
    name: 'the token for the registry',
    line: commands.authToken,
    reads: readRegistryToken,
    as: () => expect.stringMatching(/^fo1_sandbox_/),
  },
  {
    name: 'the organizations',
    line: commands.orgsList,
    reads: json(replies.orgsReply),
    as: () => ({ personal: 'Sandbox' }),
  },
  {
    name: 'a login that is not accepted',
    line: commands.whoami,
    env: { FLY_API_TOKEN: 'fo1_wrong' },
    fails: { code: 'not_authenticated', says: /status code: 401/, diagnosis: 'token_rejected' },
  },
  {
    name: 'no login',
    line: commands.whoami,
    env: { FLY_API_TOKEN: '' },
    fails: {
      code: 'not_authenticated',
      says: /no access token available/,
      diagnosis: 'no_token',
    },
  },
  {
    name: 'an API that nobody serves',
    line: ({ app }) => commands.releases(app),
    env: { FLY_API_BASE_URL: 'http://127.0.0.1:9' },
    fails: {
      code: 'unknown_failure',
      says: /Post "http:\/\/127\.0\.0\.1:9\/graphql": dial tcp 127\.0\.0\.1:9: connect: connection refused$/,
      diagnosis: 'fly_api_unreachable',
    },
  },
  {
    name: 'an option that it does not know',
    line: ({ app }) => [...commands.status(app), '--no-such-flag'],
    fails: { code: 'flyctl_too_old', says: /unknown flag: --no-such-flag$/ },
  },
  {
    name: 'docker’s login',
    line: commands.authDocker,
    env: { FLY_REGISTRY_HOST: '127.0.0.1:9' },
    fails: {
      code: 'push_refused',
      says: /failed authenticating with 127\.0\.0\.1:9: [\s\S]*connection refused/,
    },
  },
]

export const appCases: readonly Case[] = [
  {
    name: 'a new app',
    line: ({ app }) => commands.appsCreate(app, 'personal'),
    reads: json(replies.appReply, (reply) => toApp(reply, expected)),
    as: ({ app }) => appAs(app),
  },
  {
    name: 'a name that is taken',
    line: ({ app }) => commands.appsCreate(app, 'personal'),
    fails: {
      code: 'name_taken',
      says: /Validation failed: Name has already been taken/,
      diagnosis: 'name_taken',
    },
  },
  {
    name: 'a new app in an organization that is not there',
    line: ({ app }) => commands.appsCreate(`${app}-2`, 'nowhere'),
    fails: { code: 'unknown_org', says: /organization nowhere not found$/ },
  },
  {
    name: 'a new app with a made-up name',
    line: () => commands.appsCreate(undefined, 'personal'),
    reads: json(replies.appReply, (reply) => toApp(reply, expected)),
    as: () => ({ ...appAs(''), name: expect.stringMatching(/^[a-z]+-[a-z]+-\d+$/) }),
  },
  {
    name: 'the status of an app before its first deploy',
    line: ({ app }) => commands.status(app),
    reads: status,
    as: ({ app }) => ({ ...appAs(app), release: 0, machines: [] }),
  },
  {
    name: 'the releases of an app before its first deploy',
    line: ({ app }) => commands.releases(app),
    reads: json(replies.releasesReply),
    as: () => [],
  },
  {
    name: 'all apps',
    line: () => commands.appsList(undefined),
    reads: json(replies.appsReply),
    as: ({ app }) => expect.arrayContaining([listed(app)]),
  },
  {
    name: 'the apps of an organization',
    line: () => commands.appsList('personal'),
    reads: json(replies.appsReply),
    as: ({ app }) => expect.arrayContaining([listed(app)]),
  },
  {
    name: 'the apps of an organization that is not there',
    line: () => commands.appsList('nowhere'),
    fails: { code: 'unknown_org', says: /Could not find Organization$/ },
  },
  {
    name: 'the status of an app that is not there',
    line: () => commands.status('nobody-has-this'),
    fails: { code: 'app_not_found', says: /Could not find App "nobody-has-this"/ },
  },
  {
    name: 'the releases of an app that is not there',
    line: () => commands.releases('nobody-has-this'),
    fails: { code: 'app_not_found', says: /Could not find App "nobody-has-this"/ },
  },
  {
    name: 'the secrets of an app that is not there',
    line: () => commands.secretsList('nobody-has-this'),
    fails: { code: 'app_not_found', says: /Could not find App "nobody-has-this"/ },
  },
  {
    name: 'the end of an app that is not there',
    line: () => commands.appsDestroy('nobody-has-this'),
    fails: { code: 'app_not_found', says: /Could not find App "nobody-has-this"/ },
  },
]

function listed(app: string) {
  const Organization = expect.objectContaining({ Slug: 'personal' })
  return { Name: app, Status: 'pending', Deployed: false, Organization }
}

function validating(name: string, toml: string, fails?: Omit<Failure, 'code'>): Case {
  return {
    name,
    line: async (scene) => commands.configValidate(await scene.toml(toml)),
    ...(fails === undefined ? {} : { fails: { code: 'config_invalid', ...fails } }),
  }
}

const invalid = /App configuration is not valid$/

export const configCases: readonly Case[] = [
  validating('a good configuration', web('x')),
  validating('a good configuration of several groups', groups('x')),
  {
    ...validating(
      'settings that nobody knows',
      `colour = 'blue'\n${web('x', "  size = 'big'\n")}    pace = 'quick'\n[[vm]]\ngpuz = 1\n`,
      { says: /strict validation failed$/ },
    ),
    reads: ({ stdout }) => [...strictFindings(stdout)].sort(),
    as: () => ['colour', 'http_service.checks[0].pace', 'http_service.size'],
  },
  validating('a text where a number belongs', web('x').replace('8080', "'eighty'"), {
    says: /cannot unmarshal string into Go struct field \w+\.http_service\.internal_port of type int$/,
    diagnosis: 'config_wrong_type',
  }),
  validating('a text where a truth belongs', web('x').replace('true', "'maybe'"), {
    says: /cannot unmarshal string into Go struct field \w+\.http_service\.force_https of type bool$/,
    diagnosis: 'config_wrong_type',
  }),
  validating('what is no toml', "app = 'x'\nregion = \"ewr\n", {
    says: /failed loading app config from .*: row 2 column \d+$/,
    diagnosis: 'toml_invalid',
  }),
  validating('a strategy that there is not', `${web('x')}[deploy]\nstrategy = 'sideways'\n`, {
    says: invalid,
  }),
  validating('a service without a group', `${web('x')}[processes]\nweb = 'serve'\n`, {
    says: invalid,
    diagnosis: 'no_processes',
  }),
  validating(
    'a service of a group that there is not',
    `${web('x', "  processes = ['api']\n")}[processes]\nweb = 'serve'\n`,
    { says: invalid },
  ),
  validating('a check of no known type', `${web('x')}[checks.up]\ntype = 'udp'\n`, {
    says: invalid,
  }),
  validating('a check too often', `${web('x')}[checks.up]\ntype = 'tcp'\ninterval = '1s'\n`, {
    says: invalid,
  }),
  validating('an odd restart policy', `${web('x')}[[restart]]\npolicy = 'sometimes'\n`, {
    says: invalid,
  }),
  {
    name: 'a configuration that is not there',
    line: () => commands.configValidate('/nowhere/fly-x.toml'),
    fails: { code: 'config_invalid', says: /config file not found/, diagnosis: 'config_missing' },
  },
]

type Deploying = Partial<commands.DeployArguments> & { readonly toml?: string }

/** The app of the scene, unless it is said otherwise. */
function deploying(scene: Scene, { toml, ...changes }: Deploying = {}) {
  const app = changes.app ?? scene.app
  const line = async () =>
    commands.deploy({
      app,
      configPath: await scene.toml(toml ?? web(app)),
      image: scene.images.hello,
      ha: false,
      smokeChecks: true,
      waitTimeout: '60s',
      ...changes,
    })
  return line()
}

const newApp = (suffix: string) => ({
  before: ({ api, app }: Scene) =>
    api('/v1/apps', 'POST', { name: `${app}-${suffix}`, org_slug: 'personal' }),
})

/** What src/fly tells of the progress, machines without their ids, and the release that it learns. */
function readDeploy({ stdout }: RunResult) {
  const reader = createDeployReader()
  const updates = stdout.split('\n').flatMap((line) => reader.read(line) ?? [])
  const messages = updates.map(({ message }) => message.replace(/[0-9a-f]{14}/g, 'M'))
  return { release: emittedRelease(stdout), percent: updates.at(-1)?.percent, messages }
}

const isHealthy = { percent: 95, messages: expect.any(Array) }
const emit = { FLY_EMIT_RELEASE_JSON: '1' }

const built = { tag: '1a2b3c4', buildArgs: { MODE: 'a' }, labels: { of: 'b' }, noCache: true }

export const deployCases: readonly Case[] = [
  {
    name: 'a build where no builder is',
    async line({ app, folder: context, toml }) {
      const dockerfile = join(context, 'Dockerfile')
      await writeFile(dockerfile, 'FROM scratch\nCOPY Dockerfile /\n')
      return commands.build({ ...built, app, context, dockerfile }, await toml(`app = '${app}'\n`))
    },
    fails: { code: 'unknown_failure', says: /builder.* BUILDKIT_ADDR/ },
  },
  {
    name: 'a deploy of an image that is not there',
    line: (scene) => deploying(scene, { image: `${scene.images.hello}-not` }),
    fails: { code: 'image_not_found', says: /[Cc]ould not find image "/ },
    leaves: (scene) => releasesIn(scene, scene.app),
    that: () => [],
  },
  {
    name: 'a deploy of an app that is not there',
    line: (scene) => deploying(scene, { app: 'nobody-has-this' }),
    fails: { code: 'app_not_found', says: /Could not find App "nobody-has-this"/ },
  },
  {
    name: 'a deploy with a wrong type in its configuration',
    line: (scene) => deploying(scene, { toml: web(scene.app).replace('8080', "'eighty'") }),
    fails: { code: 'config_invalid', says: invalid, diagnosis: 'config_wrong_type' },
  },
  {
    name: 'a first deploy',
    line: (scene) => deploying(scene),
    env: emit,
    reads: readDeploy,
    as: () => ({
      release: 1,
      percent: 95,
      messages: expect.arrayContaining([
        'launching a machine',
        'machine M [app] created (0 of 1 machines are healthy)',
        'machine M is up (1 of 1 machines are healthy)',
      ]),
    }),
    leaves: async (scene) => [await summaryOf(scene), await releasesIn(scene, scene.app)],
    that: () => [['app started 1'], ['1 complete ROLLING']],
  },
  {
    name: 'the status of an app that runs',
    line: ({ app }) => commands.status(app),
    reads: status,
    as: ({ app, images }) => ({
      ...appAs(app),
      release: 1,
      machines: [
        {
          id: expect.stringMatching(/^[0-9a-f]{14}$/),
          processGroup: 'app',
          region: 'ewr',
          state: 'started',
          release: 1,
          image: images.hello,
          imageDigest: expect.stringMatching(/^sha256:/),
          commit: expect.stringMatching(/^[0-9a-f]{40}$/),
          inputs: expect.stringMatching(/^[0-9a-f]{64}$/),
          checks: [
            {
              name: 'servicecheck-00-http-8080',
              status: 'passing',
              output: expect.stringContaining('200 OK'),
              updatedAtMs: expect.any(Number),
            },
          ],
          hasService: true,
          answersHttp: true,
          checksConfigured: 1,
          exits: [],
          lastExit: undefined,
          updatesMs: expect.arrayContaining([expect.any(Number)]),
          upSinceMs: expect.any(Number),
          hostReachable: true,
          checkPath: '/info',
          size: { cpuKind: 'shared', cpus: 1, memoryMb: 256 },
        },
      ],
    }),
  },
  {
    name: 'an update, at once',
    line: (scene) =>
      deploying(scene, { image: scene.images.again, strategy: 'immediate', waitTimeout: '5m' }),
    env: emit,
    reads: readDeploy,
    as: () => ({ ...isHealthy, release: 2 }),
    leaves: async (scene) => [await summaryOf(scene), await releasesIn(scene, scene.app)],
    that: () => [
      [expect.stringMatching(/^app \w+ 2$/)],
      ['2 complete IMMEDIATE', '1 complete ROLLING'],
    ],
  },
  {
    name: 'an update, one machine after the other',
    before: (scene) => eachMachine(scene, ({ wait }) => wait('started')),
    line: (scene) => deploying(scene),
    env: emit,
    reads: readDeploy,
    as: () => ({
      release: 3,
      percent: 95,
      messages: expect.arrayContaining([
        'updating machine M [app] (0 of 1 machines are healthy)',
        'waiting for machine M to be started (0 of 1 machines are healthy)',
        'checking machine M (0 of 1 machines are healthy)',
        'machine M: 1/1 checks pass (0 of 1 machines are healthy)',
        'machine M is up (1 of 1 machines are healthy)',
      ]),
    }),
    leaves: (scene) => summaryOf(scene),
    that: () => ['app started 3'],
  },
  {
    name: 'what the newest release was deployed with',
    line: ({ app }) => commands.configShow(app),
    reads: json(replies.configReply),
    as: ({ app }) => expect.objectContaining({ app, http_service: expect.anything() }),
  },
  {
    name: 'the releases, newest first',
    line: ({ app }) => commands.releases(app),
    reads: json(replies.releasesReply, (found) => found.map(toRelease)),
    as: ({ images }) =>
      [3, 2, 1].map((version) => ({
        version,
        status: 'complete',
        image: version === 2 ? images.again : images.hello,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        user: 'sandbox@localhost',
      })),
  },
  {
    name: 'a lease that is held for a while',
    before: (scene) => eachMachine(scene, ({ post }) => post('lease?ttl=3')),
    line: (scene) => deploying(scene),
    leaves: (scene) => summaryOf(scene),
    that: () => ['app started 4'],
  },
  {
    name: 'an update of a machine that is stopped',
    before: (scene) =>
      eachMachine(scene, async ({ id, post, wait }) => {
        await post('stop', { id })
        await wait('stopped')
      }),
    line: (scene) => deploying(scene, { image: scene.images.again }),
    leaves: (scene) => summaryOf(scene),
    that: () => ['app stopped 5'],
  },
  {
    name: 'log lines',
    line: ({ app }) => commands.logs(app, undefined),
    reads: (result) => readLogs(result, asItIs),
    as: () =>
      expect.arrayContaining([
        {
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          machine: expect.stringMatching(/^[0-9a-f]{14}$/),
          region: 'ewr',
          source: 'runner',
          message: 'Machine started',
        },
      ]),
  },
  {
    name: 'log lines of an app that is not there',
    line: () => commands.logs('nobody-has-this', undefined),
    fails: { code: 'unknown_failure', says: /^Error: 404 Not Found$/ },
  },
  {
    ...newApp('groups'),
    name: 'a first deploy of two groups, with spares',
    line: (scene) => {
      const app = `${scene.app}-groups`
      return deploying(scene, { app, toml: groups(app), ha: true })
    },
    reads: readDeploy,
    as: () => ({ percent: 71, release: undefined, messages: expect.any(Array) }),
    leaves: async (scene) => {
      const app = `${scene.app}-groups`
      const [first, second, worker] = (await machinesIn(scene, app)).map(givenTo)
      expect(first).toEqual(groupConfigs.web)
      expect(second).toEqual(groupConfigs.web)
      expect(worker).toMatchObject(groupConfigs.worker)
      return [...(await summaryOf(scene, app))].sort()
    },
    that: () => ['web started 1', 'web started 1', 'worker started 1', 'worker stopped 1'],
  },
  {
    name: 'a deploy without one of the groups',
    line: (scene) => {
      const app = `${scene.app}-groups`
      const toml = groups(app)
        .replace(/^ {2}worker = .*\n/m, '')
        .replace(/\[\[restart\]\][\s\S]*/, '')
      return deploying(scene, { app, toml })
    },
    leaves: (scene) => summaryOf(scene, `${scene.app}-groups`),
    that: () => ['web started 2', 'web started 2'],
  },
  {
    ...newApp('volume'),
    name: 'a first deploy with a volume, and with a file that its check asks for',
    line: (scene) => deploying(scene, { app: `${scene.app}-volume`, toml: withVolume(scene) }),
    leaves: mountsIn,
    that: () => [mounted],
  },
  {
    name: 'an update keeps its volume',
    line: (scene) => deploying(scene, { app: `${scene.app}-volume`, toml: withVolume(scene) }),
    leaves: async (scene) => [await mountsIn(scene), await summaryOf(scene, `${scene.app}-volume`)],
    that: () => [[mounted], ['app started 2']],
  },
  {
    ...newApp('crashing'),
    name: 'an app that ends again and again',
    line: (scene) =>
      deploying(scene, { app: `${scene.app}-crashing`, image: scene.images.failing }),
    fails: {
      code: 'unknown_failure',
      says: /smoke checks for [0-9a-f]{14} failed: the app appears to be crashing$/,
      diagnosis: 'missing_variable',
    },
    reads: ({ stderr }) => stderr.includes('\nDATABASE_URL is not set\n'),
    as: () => true,
    leaves: (scene) => releasesIn(scene, `${scene.app}-crashing`),
    that: () => ['1 failed ROLLING'],
  },
  {
    ...newApp('deaf'),
    name: 'a check that does not pass in time, on a port where nobody listens',
    line: (scene) => {
      const app = `${scene.app}-deaf`
      return deploying(scene, { app, toml: web(app).replace('8080', '9090'), waitTimeout: '3s' })
    },
    fails: {
      code: 'unknown_failure',
      says: /timeout reached waiting for health checks to pass for machine [0-9a-f]{14}: /,
      diagnosis: 'not_listening',
    },
    reads: ({ stderr }) => [
      stderr.includes(
        'WARNING The app is not listening on the expected address and will not be reachable by fly-proxy.',
      ),
      stderr.includes('  - 0.0.0.0:9090\n'),
    ],
    as: () => [true, true],
    leaves: (scene) => releasesIn(scene, `${scene.app}-deaf`),
    that: () => ['1 failed ROLLING'],
  },
]

function withVolume({ app }: Scene): string {
  const mounts = "[[mounts]]\nsource = 'data'\ndestination = '/data'\ninitial_size = '1gb'\n"
  const files = "[[files]]\nguest_path = '/www/placed'\nraw_value = 'here'\n"
  return `${web(`${app}-volume`).replace('/info', '/placed')}${mounts}${files}`
}

const mounted = [
  expect.objectContaining({ name: 'data', path: '/data', volume: expect.stringMatching(/^vol_/) }),
]

async function mountsIn(scene: Scene) {
  return (await machinesIn(scene, `${scene.app}-volume`)).map(({ config }) => config.mounts)
}

async function countOf(scene: Scene): Promise<number> {
  return (await summaryOf(scene)).filter((each) => !each.includes(' destroy')).length
}

export const secretCases: readonly Case[] = [
  {
    name: 'secrets for later',
    line: ({ app }) => commands.secretsImport(app, true),
    stdin: 'A="""one # two"""\nB="""three\nfour"""\nC=5\n',
    leaves: async ({ api, app }) => {
      interface Answer {
        readonly secrets: readonly { readonly name: string; readonly digest: string }[]
      }
      const { secrets } = await api<Answer>(`/v1/apps/${app}/secrets`)
      return secrets.map(({ name, digest }) => `${name} ${digest}`)
    },
    that: () => [
      expect.stringMatching(/^A [0-9a-f]{16}$/),
      expect.stringMatching(/^B [0-9a-f]{16}$/),
      expect.stringMatching(/^C [0-9a-f]{16}$/),
    ],
  },
  {
    name: 'the names of secrets',
    line: ({ app }) => commands.secretsList(app),
    reads: json(replies.secretsReply),
    as: () => [{ name: 'A' }, { name: 'B' }, { name: 'C' }],
  },
  {
    name: 'secrets for now: the machines start again with them',
    before: ({ api, app }) => api(`/v1/apps/${app}/secrets/D`, 'POST', { value: 'x' }),
    line: ({ app }) => commands.secretsImport(app, false),
    stdin: 'A="""six"""\n',
    leaves: (scene) => summaryOf(scene),
    that: () => ['app stopped 6'],
  },
  {
    name: 'a second machine of a group',
    line: ({ app }) => commands.scaleCount(app, 'app', 2),
    leaves: countOf,
    that: () => 2,
  },
  {
    name: 'as many machines as there are',
    line: ({ app }) => commands.scaleCount(app, 'app', 2),
    leaves: countOf,
    that: () => 2,
  },
  {
    name: 'one machine less',
    line: ({ app }) => commands.scaleCount(app, 'app', 1),
    leaves: countOf,
    that: () => 1,
  },
  {
    name: 'the end of an app',
    line: ({ app }) => commands.appsDestroy(app),
    leaves: ({ api, app }) => api(`/v1/apps/${app}`),
    that: ({ app }) => ({ error: `Could not find App "${app}"` }),
  },
]
