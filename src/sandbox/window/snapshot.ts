import type { ShownRun } from '../experiments/run-view.js'
import { listFaults } from '../faults/edit.js'
import { kindsOf } from '../faults/fault.js'
import type { Machines } from '../machines/machines.js'
import type { Platform } from '../platform/platform.js'
import type { App, Machine, Release } from '../platform/rows.js'
import { readUnknown, type UnknownRequests } from '../unknown-requests.js'
import type { RecentRequests } from './recent-requests.js'

/** What a window shows beside the platform. */
export interface Shown {
  readonly requests: Pick<RecentRequests, 'list'>
  /** File of what was asked that the sandbox does not know. */
  readonly unknownFile: string
  /** The run of a scenario that it was started for. */
  readonly experiment: (() => Promise<ShownRun>) | undefined
}

/** Where a window looks. */
export interface Windowed extends Shown {
  readonly platform: Platform
  readonly machines: Pick<Machines, 'logs'>
  readonly faultFile: string
}

const shownRequests = 60
const shownReleases = 20
const shownLines = 100

/** All that the window shows, as plain data; the log and the releases are those of the app that is looked at. */
export async function snapshotOf(sandbox: Windowed, lookedAt: string | undefined) {
  const { platform, requests, faultFile, unknownFile, experiment } = sandbox
  const app = lookedAt === undefined ? undefined : platform.apps.find(lookedAt)
  const [faults, unknown, run] = await Promise.all([
    listFaults(faultFile),
    readUnknown(unknownFile).catch((): UnknownRequests => []),
    experiment?.(),
  ])
  return {
    run: run ?? null,
    apps: platform.apps.list().map((each) => describeApp(each, sandbox)),
    app: app === undefined ? null : await describeLookedAt(app, sandbox),
    requests: requests.list().slice(0, shownRequests),
    faults,
    /** That may be added, by their place. */
    kinds: kindsOf,
    unknown,
  }
}

function describeApp({ name, port }: App, { platform }: Windowed) {
  const release = platform.releases.current(name)
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    release: release === undefined ? null : describeRelease(release),
    machines: platform.machines.present(name).map(describeMachine),
  }
}

function describeMachine({ id, state, region, checks, image, events }: Machine) {
  const [last] = events
  return {
    id,
    state,
    region,
    image: image.tag === '' ? image.digest : image.tag,
    commit: image.labels['org.opencontainers.image.revision'] ?? null,
    checks: checks.map(({ name, status, output }) => ({ name, status, output })),
    last: last === undefined ? null : { type: last.type, at: last.timestampMs },
  }
}

function describeRelease({ version, status, imageRef, createdAt }: Release) {
  return { version, status, image: imageRef, at: createdAt }
}

async function describeLookedAt({ name }: App, { platform, machines }: Windowed) {
  const lines = await machines.logs(name)
  return {
    name,
    releases: platform.releases.list(name).slice(0, shownReleases).map(describeRelease),
    log: lines.slice(-shownLines).map(({ timestamp, instance, message }) => ({
      at: timestamp,
      machine: instance,
      message,
    })),
  }
}
