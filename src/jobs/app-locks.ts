import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../log.js'
import { parseJson } from '../process/json.js'
import { lockHolder, takeLock } from '../process/lock.js'

const holderForm = z.object({ jobId: z.string(), pid: z.number(), since: z.string() })

/** Who deploys an app. */
export interface Holder extends z.output<typeof holderForm> {
  /** Where several instances share a database: the machine of this one. */
  readonly host?: string
  /** `silent` may come back; what one that is `gone` had begun must be judged. Without it the holder runs. */
  readonly standing?: 'runs' | 'silent' | 'gone'
}

export type LockOutcome =
  | {
      readonly kind: 'taken'
      /** Tells of a flyctl: where it outlives a flyops that was killed, the app is not free before it ends. */
      guard(pid: number): void
      /** Whether it still is; absent where nobody else could free it. Raises `database_unavailable`. */
      isHeld?(): Promise<boolean>
      release(): Promise<void>
    }
  /** The holder is unknown where it ended while it was asked for. */
  | { readonly kind: 'held'; readonly holder: Holder | undefined }

/** One deploy of an app at a time, also across processes of one user. */
export interface AppLocks {
  take(app: string, holder: Holder): Promise<LockOutcome>
  /** Who holds it now. */
  holder(app: string): Promise<Holder | undefined>
  /** Frees an app whose holder is gone, once it is known how that ended. */
  open(app: string, holder: Holder): Promise<void>
}

export interface AppLocksOptions {
  /** Holds a lock for each app that is deployed. */
  readonly folder: string
  readonly log: Log
}

export function createAppLocks({ folder, log }: AppLocksOptions): AppLocks {
  const pathOf = (app: string) => join(folder, `${app.replaceAll(/[^a-z0-9.-]/g, '_')}.lock`)
  return {
    async take(app, candidate) {
      const onLost = (error: unknown) =>
        log.warn({ app, err: error }, 'the lock of an app was lost')
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        const request = { path: pathOf(app), note: JSON.stringify(candidate), onLost }
        const outcome = await takeLock(request)
        if (outcome.kind === 'held') return { kind: 'held', holder: read(outcome.holder?.note) }
        const { lock } = outcome
        return { kind: 'taken', guard: lock.shareWith, release: lock.release }
      } catch (error) {
        // A folder that cannot be written to must not keep anybody from deploying.
        log.warn({ app, err: error }, 'the app could not be locked')
        return { kind: 'taken', guard: () => {}, release: async () => {} }
      }
    },
    async holder(app) {
      const holder = await lockHolder(pathOf(app)).catch(() => undefined)
      return read(holder?.note)
    },
    // A lock of a process that is gone is free at once.
    open: async () => {},
  }
}

function read(note: string | undefined): Holder | undefined {
  return holderForm.safeParse(parseJson(note ?? '')).data
}
