import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { readJson, type StateFiles, writeJson } from './state-folder.js'

const identity = z.object({
  /** Names the sandbox's containers; also part of other names. */
  id: z.string(),
  token: z.string(),
  /** The ports of last time, so that logins and addresses stay valid; 0: none yet. */
  ports: z.object({ api: z.number(), registry: z.number(), backend: z.number() }),
})

export type Identity = z.infer<typeof identity>

/** Undefined where there never was a sandbox. */
export async function readIdentity(files: StateFiles): Promise<Identity | undefined> {
  return readJson(files.identity, identity)
}

/** What stays the same from one `up` to the next. */
export async function loadIdentity(files: StateFiles): Promise<Identity> {
  return (await readIdentity(files)) ?? newIdentity()
}

export async function saveIdentity(files: StateFiles, value: Identity): Promise<void> {
  await writeJson(files.identity, value)
}

/** flyctl takes a token as it is unless it begins like a macaroon: fm1r, fm1a or fm2. */
function newIdentity(): Identity {
  return {
    id: randomBytes(4).toString('hex'),
    token: `fo1_sandbox_${randomBytes(20).toString('hex')}`,
    ports: { api: 0, registry: 0, backend: 0 },
  }
}
