import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { connectClient, type TestClient } from '../support/client.js'
import { writeScript } from '../support/fake-programs.js'
import { type HttpServer, startHttpServer } from '../support/http-server.js'
import { compiledCode, fixtureProgram, mainScript } from '../support/paths.js'
import { type Play, played, type Script } from '../support/played.js'

/** flyops, built, on a flyctl whose answers somebody else writes. */
export interface Scene {
  /** The project, and HOME. */
  readonly folder: string
  connect(flyctl: Script, env?: Readonly<Record<string, string>>): Promise<TestClient>
  serveHttp(flyctl: Script, env?: Readonly<Record<string, string>>): Promise<HttpServer>
  /** A verb of the command line; what it printed. */
  run(
    flyctl: Script,
    args: readonly string[],
  ): Promise<{ readonly stdout: string; readonly stderr: string }>
  close(): Promise<void>
}

export async function openScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-hostile-'))
  const closers: (() => Promise<unknown>)[] = []
  const { PATH = '' } = process.env
  const environment = (flyctl: Script) => ({
    PATH,
    HOME: folder,
    ...compiledCode,
    FLYOPS_STATE_DIR: join(folder, 'state'),
    FLYOPS_DOCKER: fixtureProgram('fake-docker'),
    FAKE_DOCKER: played(dockerScript),
    FAKE_DOCKER_CALLS: join(folder, 'calls'),
    FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
    FAKE_FLYCTL: writeScript(folder, flyctl),
    FAKE_FLYCTL_CALLS: join(folder, 'calls'),
  })
  return {
    folder,
    async connect(flyctl, more) {
      const client = await connectClient({ root: folder, env: { ...environment(flyctl), ...more } })
      closers.push(() => client.close())
      return client
    },
    async serveHttp(flyctl, more) {
      const server = await startHttpServer({
        root: folder,
        env: { ...environment(flyctl), ...more },
      })
      closers.push(() => server.stop())
      return server
    },
    async run(flyctl, args) {
      const command = [mainScript, ...args, '--root', folder]
      return execa(process.execPath, command, {
        env: environment(flyctl),
        extendEnv: false,
        reject: false,
      })
    },
    async close() {
      for (const close of closers) await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const digest = `sha256:${'a'.repeat(64)}`

/** The registry has every image. */
const dockerScript: Script = {
  'manifest inspect': says({
    Descriptor: { digest },
    OCIManifest: { config: { digest, size: 1 }, layers: [{ size: 1 }] },
  }),
}

export function says(reply: unknown): Play {
  return { stdout: JSON.stringify(reply) }
}

export function fails(stderr: string): Play {
  return { stderr, exit: 1 }
}

/** The status of an app with these machines, as flyctl prints it. */
export function status(machines: readonly object[], changes: object = {}): Play {
  return says({
    Name: 'hello',
    Hostname: 'hello.fly.dev',
    Version: 2,
    Organization: { Slug: 'acme' },
    Machines: machines,
    ...changes,
  })
}

/** A started machine of release 3 without checks, that takes no requests. */
export function machine(changes: object = {}): object {
  return {
    id: '148ed599c14189',
    state: 'started',
    region: 'ewr',
    image_ref: { registry: 'registry.fly.io', repository: 'hello', tag: 'v1', digest },
    config: { metadata: { fly_release_version: '3', fly_process_group: 'app' } },
    ...changes,
  }
}
