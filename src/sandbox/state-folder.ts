import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ZodType } from 'zod'

/** The files of a sandbox. Only its owner may read them: they hold the token and the secrets. */
export function stateFiles(stateDir: string) {
  return {
    identity: join(stateDir, 'identity.json'),
    platform: join(stateDir, 'platform.json'),
    /** Who runs, on which ports; there while the sandbox is up. */
    run: join(stateDir, 'run.json'),
    /** The process that has the sandbox. */
    lock: join(stateDir, 'lock.json'),
    /** Why the sandbox could not come up. */
    failure: join(stateDir, 'failure.json'),
    /** Faults that somebody asked for. */
    faults: join(stateDir, 'faults.json'),
    log: join(stateDir, 'sandbox.log'),
    registry: join(stateDir, 'registry'),
    registryConfig: join(stateDir, 'registry.yml'),
    volumes: join(stateDir, 'volumes'),
    engine: join(stateDir, 'engine'),
    bin: join(stateDir, 'bin'),
  }
}

export type StateFiles = ReturnType<typeof stateFiles>

/** Undefined where the file is missing or is not what it should be. */
export async function readJson<T>(path: string, form: ZodType<T>): Promise<T | undefined> {
  try {
    return form.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${process.pid}.draft`
  await writeFile(draft, JSON.stringify(value, null, 1), { mode: 0o600 })
  await rename(draft, path)
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
}
