import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Environment, Scene } from '../scene.js'
import { web } from '../tomls.js'

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
  /** Made for the app at the first call. */
  token(): Promise<Token>
  address(): Promise<string>
  /** The app's number, by which caveats name it. */
  number(): Promise<number>
  /** What the last line that is kept has printed. */
  kept: string
}

interface Token {
  readonly id: string
  readonly tokenHeader: string
}

export interface Line {
  readonly args: (story: Story) => readonly string[] | Promise<readonly string[]>
  readonly stdin?: string | ((story: Story) => Promise<string>)
  readonly env?: (story: Story) => Promise<Environment>
  /** What it prints is for lines after it. */
  readonly isKept?: true
  /** What it prints. */
  readonly says?: RegExp
  /** Which of the recorded forms the JSON has that it prints. */
  readonly form?: string
  readonly fails?: true
  /** It does not end by itself: it is interrupted once it has printed this. */
  readonly until?: RegExp
}

export interface Told {
  /** More of the app's configuration. */
  readonly toml?: string
  readonly lines: readonly Line[]
  /** Also with the stand-in, what it has of it. */
  readonly isOfStandIn?: true
}

export type Stories = Readonly<Record<string, Told>>

const at = ({ app }: Story) => ['--app', app]

function saying(args: Line['args'], says: RegExp | undefined): Line {
  return says === undefined ? { args } : { args, says }
}

export function deploy(more = '', says?: RegExp): Line {
  const args = ({ app, toml, image }: Story) => {
    const usual = '--ha=false --dns-checks=false --yes'
    const line = `deploy --app ${app} --config ${toml} --image ${image} ${usual} ${more}`
    return line.trim().split(' ')
  }
  return saying(args, says)
}

/** A command as it is written, but for `APP`, `IMAGE` and `TOML`, which are the story's. */
export function any(command: string, says?: RegExp): Line {
  const args = ({ app, image, toml }: Story) =>
    command.replace('APP', app).replace('IMAGE', image).replace('TOML', toml).split(' ')
  return saying(args, says)
}

/** A command about the story's app. */
export function line(command: string, says?: RegExp): Line {
  return saying((story) => [...command.split(' '), ...at(story)], says)
}

/** The same, whose JSON has the form recorded under its name. */
export function printed(command: string, says?: RegExp): Line {
  return { ...line(command, says), form: command }
}

/** A command about one of its machines. */
export function machine(command: string, says?: RegExp, name?: string): Line {
  const words = command.split(' ')
  const split = words[0] === 'leases' ? 2 : 1
  const args = async (story: Story) => [
    ...['machine', ...words.slice(0, split), await story.machine(name), ...words.slice(split)],
    ...at(story),
  ]
  return saying(args, says)
}

export function volume(command: string, says?: RegExp): Line {
  const words = command.split(' ')
  const split = words[0] === 'snapshots' ? 2 : 1
  const args = async (story: Story) => [
    ...['volumes', ...words.slice(0, split), await story.volume(), ...words.slice(split)],
    ...at(story),
  ]
  return saying(args, says)
}

/** With a configuration of docker's in the story's folder. */
export async function ownDocker({ toml }: Story): Promise<Environment> {
  return { DOCKER_CONFIG: dirname(toml) }
}

interface Named {
  readonly id: string
  readonly name: string
}

/** The story's app, made, with a configuration and a Dockerfile. */
export async function beginStory(scene: Scene<string>, toml = ''): Promise<Story> {
  const { app, api } = scene
  await api('/v1/apps', 'POST', { name: app, org_slug: 'personal', network: '' })
  const ask = async <Data>(query: string) =>
    (await api<{ data: Data }>('/graphql', 'POST', { query })).data
  let token: Promise<Token> | undefined
  const local = `local-${app}:1`
  await scene.docker(['tag', scene.images, local])
  await writeFile(join(scene.folder, 'Dockerfile'), `FROM ${scene.images}\n`)
  return {
    kept: '',
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
    token() {
      token ??= createToken(ask, app)
      return token
    },
    async number() {
      const found = await ask<Numbered>(`{ app(name: "${app}") { internalNumericId } }`)
      return found.app.internalNumericId
    },
    async address() {
      const found = await ask<Addresses>(
        `{ app(name: "${app}") { ipAddresses { nodes { address } } } }`,
      )
      return found.app.ipAddresses.nodes[0]?.address ?? ''
    },
  }
}

type Ask = <Data>(query: string) => Promise<Data>

interface Addresses {
  readonly app: {
    readonly ipAddresses: { readonly nodes: readonly { readonly address: string }[] }
  }
}

interface Numbered {
  readonly app: { readonly internalNumericId: number }
}

interface Created {
  readonly createLimitedAccessToken: { readonly limitedAccessToken: Token }
}

/** As flyctl does, whose own output is redacted here. */
async function createToken(ask: Ask, app: string): Promise<Token> {
  const input = `{ name: "ci", organizationId: "1", profile: "deploy", profileParams: { app_id: "${app}" } }`
  const made = await ask<Created>(
    `mutation { createLimitedAccessToken(input: ${input}) { limitedAccessToken { id tokenHeader } } }`,
  )
  return made.createLimitedAccessToken.limitedAccessToken
}
