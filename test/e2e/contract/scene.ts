import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flyctlEnvironment } from '../../../src/fly/environment.js'
import { maxReplyBytes } from '../../../src/fly/read-replies.js'
import type { RunOptions, RunResult } from '../../../src/process/command.js'
import { connectClient } from '../../support/client.js'
import { run } from '../../support/engine.js'
import { createProject } from '../../support/project.js'
import { sandboxEnv, uniqueName } from '../flyctls.js'
import { scratch } from '../test-sandbox.js'

/** Images in the sandbox's registry. */
export interface Images {
  /** Answers on port 8080, and the same as another commit. */
  readonly hello: string
  readonly again: string
  /** Ends at once. */
  readonly failing: string
  readonly worker: string
}

/** Builds and pushes what the cases deploy, with flyops. */
export async function pushImages(): Promise<Images> {
  const app = uniqueName('images')
  return {
    hello: await pushImage(app, 'hello', 'hello'),
    again: await pushImage(app, 'hello', 'again'),
    failing: await pushImage(app, 'failing', 'failing'),
    worker: await pushImage(app, 'worker', 'worker'),
  }
}

/** Builds a fixture and pushes it to the app, which it creates where it is missing; the result is the reference. */
export async function pushImage(app: string, fixture: string, tag: string): Promise<string> {
  const project = await createProject(fixture)
  const client = await connectClient({ root: project.root, env: sandboxEnv() })
  try {
    await client.call('create_app', { app })
    const { image } = await client.call<{ image: string }>('build_image', { app, tag })
    await client.call('push_image', { image })
    return image
  } finally {
    await client.close()
    await project.remove()
  }
}

export type Environment = Readonly<Record<string, string>>

export interface Started extends RunOptions {
  readonly stdin?: string
  readonly env?: Environment
}

/** What the cases of one flyctl share. */
export interface Scene<Those = Images> {
  /** The app that they are about. */
  readonly app: string
  readonly images: Those
  /** A folder of their own. */
  readonly folder: string
  /** Runs flyctl as src/fly does. */
  start(args: readonly string[], options?: Started): Promise<RunResult>
  docker(args: readonly string[]): Promise<RunResult>
  /** Writes a configuration; the result is its path. */
  toml(text: string): Promise<string>
  /** Asks the sandbox's own API, below its address. */
  api<Answer>(path: string, method?: string, body?: object): Promise<Answer>
}

export async function setScene<Those>(env: Environment, images: Those): Promise<Scene<Those>> {
  const app = uniqueName('contract')
  const folder = join(scratch(), app)
  await mkdir(folder)
  let written = 0
  return {
    app,
    images,
    folder,
    start(args, { stdin, env: more, ...options } = {}) {
      const command = {
        program: env.FLYOPS_FLYCTL ?? '',
        args,
        cwd: folder,
        env: { ...flyctlEnvironment(env), ...more },
        ...(stdin === undefined ? {} : { stdin }),
      }
      return run(command, { timeoutMs: 150_000, maxReplyBytes, ...options })
    },
    docker: (args) => run({ program: 'docker', args, env }, { timeoutMs: 30_000 }),
    async toml(text) {
      written += 1
      const path = join(folder, `fly-${written}.toml`)
      await writeFile(path, text)
      return path
    },
    async api<Answer>(path: string, method = 'GET', body?: object) {
      const headers = { authorization: `Bearer ${env.FLY_API_TOKEN}` }
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const answer = await fetch(`${env.FLY_API_BASE_URL}${path}`, { method, headers, ...sent })
      return (await answer.json()) as Answer
    },
  }
}
