import { chmod, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ZodType } from 'zod'
import { FlyopsError } from '../errors.js'

/** The files of a sandbox. Only its owner may read them: they hold the token and the secrets. */
export function stateFiles(stateDir: string) {
  return {
    identity: join(stateDir, 'identity.json'),
    platform: join(stateDir, 'platform.json'),
    /** Who runs, on which ports; there while the sandbox is up. */
    run: join(stateDir, 'run.json'),
    /** The process that has the sandbox. */
    lock: join(stateDir, 'lock'),
    /** Why the sandbox could not come up. */
    failure: join(stateDir, 'failure.json'),
    /** Faults that somebody asked for. */
    faults: join(stateDir, 'faults.json'),
    /** What it was asked that it does not know. */
    unknown: join(stateDir, 'unknown.json'),
    log: join(stateDir, 'sandbox.log'),
    registry: join(stateDir, 'registry'),
    registryConfig: join(stateDir, 'registry.yml'),
    volumes: join(stateDir, 'volumes'),
    engine: join(stateDir, 'engine'),
    /** What a buildkitd of the sandbox's own keeps. */
    builder: join(stateDir, 'buildkit'),
    /** The project of the scenario that it was brought up with. */
    scenario: join(stateDir, 'scenario'),
    bin: join(stateDir, 'bin'),
  }
}

export type StateFiles = ReturnType<typeof stateFiles>

/**
 * Makes the folder of a sandbox, for its owner alone. Raises `invalid_input` for one that is another user's or that others
 * may write to: what we would start from there may be theirs.
 */
export async function openStateFolder(path: string): Promise<void> {
  await makeFolder(path)
  const self = process.geteuid?.()
  const [here, folder] = [await lstat(path), await stat(path)]
  if ([here, folder].some(({ uid }) => uid !== self)) throw notOurs(path, 'it is another user’s')
  if ((folder.mode & 0o022) !== 0) throw notOurs(path, 'others may write to it')
  if ((folder.mode & 0o077) !== 0) await chmod(path, 0o700)
}

function notOurs(path: string, reason: string): FlyopsError {
  const message = `The sandbox is not kept in ${path}, because ${reason}.`
  return new FlyopsError('invalid_input', 'sandbox', message, {
    remedy: 'Keep it in a folder of your own, mode 700, with --state or FLYOPS_STATE_DIR.',
  })
}

/** Undefined where the file is missing or is not what it should be. */
export async function readJson<T>(path: string, form: ZodType<T>): Promise<T | undefined> {
  try {
    return form.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** "platform.json.4711.draft": what a process that was killed may leave. */
const draft = /\.\d+\.draft$/

export function isDraft(name: string): boolean {
  return draft.test(name)
}

/** Whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draftPath = `${path}.${process.pid}.draft`
  try {
    await writeFile(draftPath, JSON.stringify(value, null, 1), { mode: 0o600 })
    await rename(draftPath, path)
  } catch (error) {
    await removeFile(draftPath)
    throw error
  }
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
}
