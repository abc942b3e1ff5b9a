import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../../src/flow/context.js'
import { deployLocked } from '../../../src/flow/deploy/deploy.js'
import { deployInput } from '../../../src/flow/deploy/input.js'
import { unwatched } from '../../../src/flow/watch.js'
import type { RunResult } from '../../../src/process/command.js'
import { createProjectFolder } from '../../../src/project/project-folder.js'
import { appStatus, digestA, machine } from '../../support/machines.js'

const app = 'hello'
const image = `registry.fly.io/${app}:1a2b3c4`
let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flyops-deploy-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** An app of one machine that flyctl deploys to, or fails to. */
function contextOf(outcome: 'ok' | 'failed', meanwhile: () => Promise<void>): ToolContext {
  const result: RunResult = {
    outcome,
    exitCode: outcome === 'ok' ? 0 : 1,
    signal: undefined,
    stdout: '',
    stderr: outcome === 'ok' ? '' : 'Error: the host has no capacity',
    durationMs: 1,
  }
  const after = appStatus(machine({ release: outcome === 'ok' ? 3 : 2 }))
  const parts = {
    registryHost: 'registry.fly.io',
    folder: createProjectFolder(root),
    flyctl: {
      async deploy() {
        await meanwhile()
        return { result, release: undefined, notListening: false }
      },
      status: async () => after,
      runningConfig: async () => ({ app }),
    },
    sendProbe: async () => ({ url: '', status: 200, latencyMs: 1, bodyExcerpt: '' }),
    journal: { append: async () => true },
    watch: unwatched,
    signal: new AbortController().signal,
    progress: () => {},
    output: () => {},
    owner: 'local',
    pid: 1,
  }
  return parts as unknown as ToolContext
}

/** The text of the toml afterwards; undefined where there is none. */
async function deploy(
  settings: object,
  outcome: 'ok' | 'failed',
  meanwhile = async () => {},
): Promise<string | undefined> {
  const request = deployInput.parse({ app, image, ...settings })
  const known = { digest: digestA, app: appStatus(machine({ release: 2 })), findings: [] }
  const operation = { tool: 'deploy_image', app, args: {} }
  const ended = await deployLocked(
    { request, operation, known },
    contextOf(outcome, meanwhile),
  ).then(
    () => 'ok',
    () => 'failed',
  )
  expect(ended).toBe(outcome)
  return readFile(join(root, 'fly-hello.toml'), 'utf8').catch(() => undefined)
}

describe('fly-<app>.toml', () => {
  test('keeps the settings of a deploy that succeeds', async () => {
    expect(await deploy({ strategy: 'canary', region: 'ams' }, 'ok')).toContain('"canary"')
  })

  test('is as it was before where the deploy fails', async () => {
    const before = `# ours\napp = "hello"\nprimary_region = "lhr"\n`
    await writeFile(join(root, 'fly-hello.toml'), before)
    expect(await deploy({ strategy: 'immediate', region: 'ams' }, 'failed')).toBe(before)
  })

  test('is not there where it was not before a deploy that fails', async () => {
    await writeFile(join(root, 'fly.toml'), 'app = "x"\n')
    expect(await deploy({ region: 'ams' }, 'failed')).toBeUndefined()
    expect(await readdir(root)).toEqual(['fly.toml'])
  })

  test('is left to whoever changed it while the deploy failed', async () => {
    const edit = () => writeFile(join(root, 'fly-hello.toml'), 'app = "hello" # edited\n')
    expect(await deploy({ region: 'ams' }, 'failed', edit)).toBe('app = "hello" # edited\n')
  })
})
