import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { check, lock } from 'proper-lockfile'
import { z } from 'zod'
import type { Log } from '../log.js'
import { parseJson } from '../process/json.js'

const holderForm = z.object({ jobId: z.string(), pid: z.number(), since: z.string() })

/** Who deploys an app. */
export type Holder = z.output<typeof holderForm>

export type LockOutcome =
  | { readonly kind: 'taken'; release(): Promise<void> }
  /** The holder is unknown for the moment in which it writes its name down. */
  | { readonly kind: 'held'; readonly holder: Holder | undefined }

/** One deploy of an app at a time, also across processes of one user. */
export interface AppLocks {
  take(app: string, holder: Holder): Promise<LockOutcome>
  /** Who holds it now; one that died is not told apart for 15 seconds. */
  holder(app: string): Promise<Holder | undefined>
}

export interface AppLocksOptions {
  /** Holds a file for each app that is deployed. */
  readonly folder: string
  readonly log: Log
}

/** A lock whose holder died without a word is free after so long. */
const staleMs = 15_000

/** Locks as folders that their holder touches again and again (proper-lockfile). */
export function createAppLocks({ folder, log }: AppLocksOptions): AppLocks {
  const fileOf = (app: string) => join(folder, `${app.replaceAll(/[^a-z0-9.-]/g, '_')}.json`)

  async function written(app: string): Promise<Holder | undefined> {
    const text = await readFile(fileOf(app), 'utf8').catch(() => '')
    return holderForm.safeParse(parseJson(text)).data
  }

  return {
    async take(app, candidate) {
      const file = fileOf(app)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        const release = await lock(file, {
          realpath: false,
          stale: staleMs,
          onCompromised: (error) => log.warn({ app, err: error }, 'the lock of an app was lost'),
        })
        await writeFile(file, JSON.stringify(candidate), { mode: 0o600 })
        return {
          kind: 'taken',
          async release() {
            await rm(file, { force: true })
            await release().catch(() => {})
          },
        }
      } catch (error) {
        if (isHeld(error)) return { kind: 'held', holder: await written(app) }
        // A folder that cannot be written to must not keep anybody from deploying.
        log.warn({ app, err: error }, 'the app could not be locked')
        return { kind: 'taken', release: async () => {} }
      }
    },
    async holder(app) {
      const isLive = await check(fileOf(app), { realpath: false, stale: staleMs }).catch(
        () => false,
      )
      return isLive ? written(app) : undefined
    },
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED'
}
