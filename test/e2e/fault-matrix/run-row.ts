import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { TestClient } from '../../support/client.js'
import { descendants } from '../../support/processes.js'
import { addFault, endFaults } from '../fault.js'
import { removeApp } from '../remove-app.js'
import { scratch } from '../test-sandbox.js'
import { type Asking, ask, askElsewhere } from './asking.js'
import {
  expectEnded,
  expectNoChild,
  expectNoLock,
  expectNoSteps,
  expectNoTemporary,
  expectToml,
  stepContainers,
} from './leftovers.js'
import type { Arranged, Call, Environment, Meanwhile, Row, Scene } from './row.js'
import { patience, type Starts } from './starts.js'

/** Plays a row with real processes: arranges, calls, compares, and looks at what is left behind. */
export async function runRow(row: Row, starts: Starts, env: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(join(scratch(), 'row-'))
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const scene: Scene = { ...(await starts.of(row.start)), folder, env }
  const before = await stepContainers(env)
  const added: string[] = []
  let arranged: Arranged = {}
  let answer: unknown
  try {
    for (const line of await faultsOf(row, scene)) added.push(await addFault(...line.split(' ')))
    arranged = (await row.arrange?.(scene)) ?? {}
    const more = { ...patience, TMPDIR: temporary, ...arranged.env }
    answer = await play(row, scene, filled({ ...env, ...more }))
  } finally {
    await endFaults(added)
    await arranged.undo?.()
  }
  await expectNoTemporary(temporary)
  await expectToml(scene, row.leavesToml)
  await expectNoSteps(env, before)
  await expectNoLock(scene)
  const leadsTo = 'code' in row.expected ? row.expected.leadsTo : undefined
  if (leadsTo !== undefined) await expectRepair(answer as SeenError, leadsTo, scene.client)
  await row.afterwards?.(scene.client, scene)
  if (row.start.own !== undefined) await removeApp(scene.app)
  await rm(folder, { recursive: true, force: true })
}

async function faultsOf({ faults = [] }: Row, scene: Scene): Promise<readonly string[]> {
  return typeof faults === 'function' ? faults(scene) : faults
}

/** The answer, which is what the row expects. */
async function play(row: Row, scene: Scene, env: Record<string, string>): Promise<unknown> {
  const { meanwhile, followUp, expected } = row
  const start = meanwhile?.happens === 'kill' ? askElsewhere : ask
  const asking = await start({
    root: scene.project.root,
    env,
    call: row.call(scene),
    followUp,
    expected,
  })
  let answer: unknown
  try {
    const children = meanwhile === undefined ? [] : await meet(meanwhile, asking, scene)
    answer = await asking.answer
    compare(answer, row, scene)
    await expectEnded(children)
    if (isAlive(meanwhile)) await expectNoChild(asking.pid)
  } finally {
    await asking.close()
  }
  await expectEnded([asking.pid])
  return answer
}

/** Lets it happen at its moment; the children that the server had then. */
async function meet({ when, happens }: Meanwhile, asking: Asking, scene: Scene) {
  await asking.until(when)
  const children = await descendants(asking.pid)
  expect(children).not.toEqual([])
  if (typeof happens === 'function') await happens(scene)
  else await asking[happens]()
  return children
}

/** Whether the server goes on: its client is there. */
function isAlive(meanwhile: Meanwhile | undefined): boolean {
  return meanwhile?.happens !== 'close' && meanwhile?.happens !== 'kill'
}

interface SeenError {
  readonly code: string
  readonly diagnosis?: string
  readonly next: readonly Required<Call>[]
  readonly text: string
}

function compare(answer: unknown, { expected }: Row, scene: Scene): void {
  if ('nobodyAsks' in expected) return
  if ('result' in expected) {
    expect(answer).toMatchObject(expected.result)
    return
  }
  const { code, diagnosis, next, text } = answer as SeenError
  const offered = next.map(({ tool, arguments: args }) => ({ tool, arguments: args }))
  expect({ code, diagnosis, next: offered }, text).toEqual({
    code: expected.code,
    diagnosis: expected.diagnosis,
    next: expected.next.map((call) => call(scene)),
  })
  if (expected.text !== undefined) expect(text).toMatch(expected.text)
}

/** The calls that the error offers, made one after the other as they stand, lead to where the row says. */
async function expectRepair(
  { next }: SeenError,
  leadsTo: Readonly<Record<string, unknown>>,
  client: TestClient,
): Promise<void> {
  const results: unknown[] = []
  for (const { tool, arguments: args } of next) results.push(await client.call(tool, args))
  expect(results).toContainEqual(expect.objectContaining(leadsTo))
}

function filled(env: Environment): Record<string, string> {
  const there = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return Object.fromEntries(there)
}
