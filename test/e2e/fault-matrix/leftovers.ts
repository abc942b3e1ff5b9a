import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { z } from 'zod'
import { parseToml } from '../../../src/fly-toml/parse.js'
import { createEngineApi } from '../../../src/sandbox/engine/engine-api.js'
import { machineLabel } from '../../../src/sandbox/machines/container-config.js'
import { descendants, running } from '../../support/processes.js'
import type { Scene } from './row.js'

/** Where an engine answers that no DOCKER_HOST names. */
const defaultHost = 'unix:///var/run/docker.sock'

/** A cancelled deploy goes on to its end. */
const endWithinMs = 45_000

/** No process of these, and no child of theirs, runs any more. */
export async function expectEnded(pids: readonly number[]): Promise<void> {
  await soonEmpty(() => running(pids))
}

/** A server that goes on has no child. */
export async function expectNoChild(pid: number): Promise<void> {
  await soonEmpty(() => descendants(pid))
}

/** Logins of docker, staged contexts, candidates of a configuration. */
export async function expectNoTemporary(folder: string): Promise<void> {
  expect((await readdir(folder)).filter((name) => name.startsWith('flyops-'))).toEqual([])
}

/** fly-<app>.toml is there and whole, or not there at all; and nothing that was to become one. */
export async function expectToml({ project, app }: Scene, isThere: boolean): Promise<void> {
  const ofApp = (name: string) => name.includes(`fly-${app}.toml`)
  const found = (await readdir(project.root)).filter(ofApp)
  expect(found).toEqual(isThere ? [`fly-${app}.toml`] : [])
  if (!isThere) return
  const text = await readFile(join(project.root, `fly-${app}.toml`), 'utf8')
  expect(parseToml(text)).toMatchObject({ app })
  expect(text.endsWith('\n')).toBe(true)
}

/** Nobody keeps others from deploying the app. */
export async function expectNoLock({ app, env }: Scene): Promise<void> {
  const locks = await readdir(join(env.FLYOPS_STATE_DIR ?? '', 'locks')).catch(() => [])
  expect(locks.filter((name) => name.includes(app))).toEqual([])
}

type Variables = Readonly<Record<string, string>>

/** Of the steps of builds, no container but those that were there before. */
export async function expectNoSteps(env: Variables, before: readonly string[]): Promise<void> {
  const added = async () => (await stepContainers(env)).filter((id) => !before.includes(id))
  // Other rows build meanwhile.
  await soonEmpty(added, 200)
}

const listed = z.array(z.object({ Id: z.string(), Labels: z.record(z.string(), z.string()) }))

/** Containers that are no machines of a sandbox: steps of a build. */
export async function stepContainers({ DOCKER_HOST = defaultHost }: Variables) {
  const answer = await createEngineApi(DOCKER_HOST).ask('GET', '/containers/json?all=true')
  const containers = listed.parse(JSON.parse(answer.toString()))
  return containers.filter(({ Labels }) => Labels[machineLabel] === undefined).map(({ Id }) => Id)
}

function soonEmpty(look: () => Promise<readonly unknown[]>, interval = 50): Promise<void> {
  return vi.waitFor(async () => expect(await look()).toEqual([]), {
    timeout: endWithinMs,
    interval,
  })
}
