import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../../src/flow/context.js'
import { deployLocked } from '../../../src/flow/deploy/deploy.js'
import { deployInput } from '../../../src/flow/deploy/input.js'
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
function contextOf(outcome: 'ok' | 'failed'): ToolContext {
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
      deploy: async () => ({ result, release: undefined, notListening: false }),
      status: async () => after,
    },
    sendProbe: async () => ({ url: '', status: 200, latencyMs: 1, bodyExcerpt: '' }),
    journal: { append: async () => true },
    signal: new AbortController().signal,
    progress: () => {},
    output: () => {},
    owner: 'local',
    pid: 1,
  }
  return parts as unknown as ToolContext
}

async function deploy(settings: object, outcome: 'ok' | 'failed'): Promise<string> {
  const request = deployInput.parse({ app, image, ...settings })
  const known = { digest: digestA, app: appStatus(machine({ release: 2 })), findings: [] }
  const operation = { tool: 'deploy_image', app, args: {} }
  const ended = await deployLocked({ request, operation, known }, contextOf(outcome)).then(
    () => 'ok',
    () => 'failed',
  )
  expect(ended).toBe(outcome)
  return readFile(join(root, 'fly-hello.toml'), 'utf8')
}

describe('the strategy of a deploy', () => {
  test('stays in the toml where the deploy succeeds, as every setting does', async () => {
    expect(await deploy({ strategy: 'canary', region: 'ams' }, 'ok')).toContain('"canary"')
  })

  test('is not left to the next one where it fails; the other settings are', async () => {
    const toml = await deploy({ strategy: 'immediate', region: 'ams' }, 'failed')
    expect(toml).not.toContain('strategy')
    expect(toml).toContain('primary_region = "ams"')
  })

  test('is again what the project says where it fails', async () => {
    await writeFile(join(root, 'fly.toml'), 'app = "x"\n[deploy]\nstrategy = "bluegreen"\n')
    const toml = await deploy({ strategy: 'immediate' }, 'failed')
    expect(toml).toContain('strategy = "bluegreen"')
    expect(toml).not.toContain('immediate')
  })
})
