import { setTimeout as sleep } from 'node:timers/promises'
import { mayUseApp, type Permission } from '../access/permission.js'
import type { ToolClients } from '../flow/context.js'
import { operationsHere } from '../flow/record/operations-here.js'
import type { Names } from './backend.js'

type Operations = Awaited<ReturnType<typeof operationsHere>>

/** A person waits at each letter. */
const patienceMs = 1_000

const none: Names = { apps: [], images: [] }

/** The apps and images that flyops has made here, as far as a caller may see them; none where the journal is slow or unreadable. */
export async function findNames(
  clients: Pick<ToolClients, 'journal' | 'registryHost'>,
  permission: Permission,
  waitMs = patienceMs,
): Promise<Names> {
  const given = new AbortController()
  const late = sleep(waitMs, none, { signal: given.signal }).catch(() => none)
  const found = operationsHere(clients)
    .then((operations) => namesIn(operations, permission))
    .catch(() => none)
  const names = await Promise.race([found, late])
  given.abort()
  return names
}

function namesIn(operations: Operations, permission: Permission): Names {
  const done = operations.toReversed().filter(({ end }) => end?.status === 'done')
  // Of each app the newest operation says whether it is still there.
  const newest = new Map<string, string>()
  for (const { app, tool } of done) if (!newest.has(app)) newest.set(app, tool)
  const apps = [...newest]
    .filter(([app, tool]) => tool !== 'destroy_app' && mayUseApp(permission, app))
    .map(([app]) => app)
  const images = new Map<string, string>()
  for (const { app, end } of done) {
    const image = end?.result?.image
    if (typeof image === 'string' && apps.includes(app) && !images.has(image))
      images.set(image, app)
  }
  return { apps, images: [...images].map(([image, app]) => ({ app, image })) }
}
