import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../../src/log.js'
import { findProgram } from '../../../src/process/programs.js'
import { startOwnEngine } from '../../../src/sandbox/engine/own-engine.js'
import { stateFiles } from '../../../src/sandbox/state-folder.js'
import { canStartEngine, run } from '../../support/engine.js'

const { program: docker = 'docker' } = await findProgram({
  names: ['docker'],
  path: process.env.PATH,
  folders: ['/usr/bin', '/usr/local/bin'],
})

/** Starts an engine whose dockerd says the failures, one a start, before it starts in truth. */
async function start(...failures: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  let starts = 0
  const engine = startOwnEngine(
    {
      stateDir: folder,
      files: stateFiles(folder),
      sandboxId: basename(folder).slice(-6),
      docker,
      env: process.env,
      install: false,
      log: createLog('silent'),
      standIn: { node: process.execPath, script: '' },
      windowFolder: '',
      realFlyctl: false,
      loginSeconds: 300,
      idleSeconds: 300,
      smokeSeconds: 1,
      privateNetwork: true,
      async run(command, options) {
        const failure = basename(command.program) === 'dockerd' ? failures[starts++] : undefined
        if (failure === undefined) return run(command, options)
        const said = { stdout: '', stderr: failure, signal: undefined, durationMs: 1 }
        return { outcome: 'failed', exitCode: 1, ...said }
      },
    },
    docker,
  )
  return { engine, starts: () => starts }
}

describe.skipIf(!canStartEngine || process.env.DOCKER_HOST !== undefined)('an engine', () => {
  test('that meets another one in the firewall, or one on its way out, starts again', async () => {
    const { engine, starts } = await start(
      'failed to start daemon: (iptables failed: --wait)',
      'failed to start daemon: pid file found',
    )
    const { docker: cli, close } = await engine
    onTestFinished(close)
    expect(await cli.text(['ps', '--quiet'])).toBe('')
    // Engines of other tests may be met there too.
    expect(starts()).toBeGreaterThanOrEqual(3)
  })

  test('that fails for any other reason says it at once', async () => {
    const { engine, starts } = await start('failed to start daemon: no space left on device')
    await expect(engine).rejects.toMatchObject({
      code: 'docker_daemon_down',
      evidence: 'failed to start daemon: no space left on device',
    })
    expect(starts()).toBe(1)
  })
})
