import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../src/log.js'
import { identityText, ownIdentity } from '../../src/process/identity.js'
import { createRedact } from '../../src/process/redact.js'
import { createRunner } from '../../src/process/runner.js'
import { addFault, down, status, type UpOptions, up } from '../../src/sandbox/sandbox.js'
import { useLockTakers } from '../support/lock-takers.js'
import { mainScript } from '../support/paths.js'
import { canMountDisk, mountSmallDisk } from '../support/small-disk.js'

const { run } = createRunner({ log: createLog('silent'), redact: createRedact([]) })
const startTaker = useLockTakers()

let folder: string
let stateDir: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-up-'))
  stateDir = join(folder, 'state')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A sandbox whose own process does nothing but end. */
function options(more: Partial<UpOptions> = {}): UpOptions {
  return {
    stateDir,
    docker: undefined,
    env: {},
    install: false,
    run,
    log: createLog('silent'),
    standIn: { node: process.execPath, script: '' },
    windowFolder: '',
    realFlyctl: false,
    loginSeconds: 300,
    idleSeconds: 300,
    smokeSeconds: 1,
    privateNetwork: true,
    othersMs: 300,
    self: { program: process.execPath, args: ['-e', 'process.exit(1)'] },
    ...more,
  }
}

describe('a sandbox that another process has', () => {
  test('is waited for, and then that is told', async () => {
    await mkdir(stateDir, { mode: 0o700 })
    const taker = await startTaker(join(stateDir, 'lock'))
    await taker.tell('take')
    await expect(up(options())).rejects.toMatchObject({
      code: 'timed_out',
      message: `Process ${taker.pid} has the sandbox, and it is not ready.`,
      remedy: expect.stringContaining('flyops sandbox down'),
      retry: 'after_wait',
    })
  })

  test('is started once that one is gone', async () => {
    await mkdir(stateDir, { mode: 0o700 })
    const taker = await startTaker(join(stateDir, 'lock'))
    await taker.tell('take')
    const going = up(options({ othersMs: 60_000 }))
    await taker.kill()
    await expect(going).rejects.toMatchObject({
      message: 'The sandbox ended before it was ready.',
    })
  })

  test('in another container is neither started nor ended from here', async () => {
    const lock = join(stateDir, 'lock')
    await mkdir(lock, { recursive: true, mode: 0o700 })
    const elsewhere = identityText({ ...ownIdentity(), space: '00000000' })
    await writeFile(join(lock, `${elsewhere}-0123abcd`), '')
    const told = { code: 'invalid_input', message: expect.stringContaining('another container') }
    await expect(up(options())).rejects.toMatchObject(told)
    await expect(down(options())).rejects.toMatchObject(told)
  })
})

describe('the state folder', () => {
  test('is closed to others', async () => {
    await mkdir(stateDir, { mode: 0o755 })
    await expect(up(options())).rejects.toThrow()
    expect((await stat(stateDir)).mode & 0o777).toBe(0o700)
  })

  test.each(['770', '707'])('of mode %s is refused: others may write to it', async (mode) => {
    await mkdir(stateDir)
    await chmod(stateDir, mode)
    await expect(up(options())).rejects.toMatchObject({
      code: 'invalid_input',
      message: `The sandbox is not kept in ${stateDir}, because others may write to it.`,
    })
  })

  test('may be a link of one’s own', async () => {
    await mkdir(join(folder, 'elsewhere'), { mode: 0o700 })
    await symlink('elsewhere', stateDir)
    await addFault(options(), { place: 'api', kind: 'hang' })
    expect(await status(options())).toMatchObject({ state: 'down' })
  })

  test('that cannot be made is told in words', async () => {
    await writeFile(stateDir, '')
    await expect(up(options())).rejects.toMatchObject({
      code: 'invalid_input',
      message: `The sandbox cannot be kept in ${stateDir}: a file is in its way.`,
      remedy: expect.stringContaining('--state'),
    })
  })
})

describe.runIf(canMountDisk)('a disk without room for a sandbox', () => {
  const full = { code: 'unknown_failure', diagnosis: 'no_space', who: 'human' }

  test('is told of before anything is started', async () => {
    const disk = await mountSmallDisk('size=1m')
    stateDir = join(disk.folder, 'state')
    await expect(up(options())).rejects.toMatchObject({
      ...full,
      message: expect.stringContaining('MB free, and the sandbox needs 64 MB'),
    })
  })

  test('is told of where not even the folder can be made', async () => {
    const disk = await mountSmallDisk('size=1m,nr_inodes=1')
    stateDir = join(disk.folder, 'state')
    await expect(up(options())).rejects.toMatchObject({
      ...full,
      message: `The sandbox cannot be kept in ${stateDir}: the disk is full.`,
    })
  })

  test('is told of where it became full meanwhile, and no word could be left', async () => {
    const disk = await mountSmallDisk('size=70m')
    stateDir = join(disk.folder, 'state')
    const filling = `require('node:fs').writeFileSync(${JSON.stringify(join(disk.folder, 'x'))}, Buffer.alloc(2**27))`
    const self = { program: process.execPath, args: ['-e', filling] }
    await expect(up(options({ self }))).rejects.toMatchObject(full)
  })

  test('keeps a fault from being added, in words', async () => {
    const disk = await mountSmallDisk('size=1m')
    stateDir = join(disk.folder, 'state')
    await mkdir(stateDir, { mode: 0o700 })
    await disk.fill()
    await expect(addFault(options(), { place: 'api', kind: 'hang' })).rejects.toMatchObject(full)
  })

  test('gets words on the command line, and no stack', async () => {
    const disk = await mountSmallDisk('size=1m')
    const flyops = execa(
      process.execPath,
      [mainScript, 'sandbox', 'up', '--state', join(disk.folder, 'state')],
      { reject: false },
    )
    const { exitCode, stderr } = await flyops
    expect(exitCode).toBe(1)
    expect(stderr).toContain('is full')
    expect(stderr).toContain('Free some space')
    expect(stderr).not.toMatch(/^ {4}at /m)
  })
})
