import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createDeployReader } from '../../src/fly/deploy-progress.js'
import { flyctlRecording } from '../support/paths.js'

/** What a recorded deploy tells, line by line. */
function follow(recording: string) {
  const { stdout } = JSON.parse(readFileSync(flyctlRecording(recording), 'utf8')) as {
    readonly stdout: string
  }
  const reader = createDeployReader()
  return stdout.split('\n').flatMap((line) => {
    const update = reader.read(line)
    return update === undefined ? [] : { ...update, areAllUp: reader.areAllUp() }
  })
}

test('new machines are counted as they become healthy', () => {
  const updates = follow('deploy-groups')
  expect(updates.at(-1)?.message).toBe(
    'machine 965d5ac3090ae0 [worker] created (3 of 4 machines are healthy)',
  )
  expect(updates.map(({ percent }) => percent).filter((percent) => percent !== undefined)).toEqual([
    0, 23, 23, 47, 47, 47, 71, 71,
  ])
})

test('a machine that is updated counts once', () => {
  const updates = follow('deploy-again')
  expect(updates.at(-1)).toEqual({
    message: 'machine 678ba5ff38e766 is up (1 of 1 machines are healthy)',
    percent: 95,
    areAllUp: true,
  })
  expect(updates.filter(({ areAllUp }) => areAllUp)).toHaveLength(1)
})

test('of several machines that are updated, not all are up once the first is', () => {
  const reader = createDeployReader()
  const read = (...lines: readonly string[]) => lines.map((line) => reader.read(line)).at(-1)
  const first = '[1/2] Machine 148ed599c14189 [app] update succeeded'
  expect(read('> [1/2] Updating 148ed599c14189 [app]', `✔ ${first}`)?.message).toContain('1 of 2')
  expect(reader.areAllUp()).toBe(false)
  read('> [2/2] Updating 148ed599c14190 [app]')
  read('✔ [2/2] Machine 148ed599c14190 [app] update succeeded')
  expect(reader.areAllUp()).toBe(true)
})

test('nothing is counted before a machine is there', () => {
  expect(follow('deploy-first')[0]?.percent).toBeUndefined()
})

test('what comes before the machines is not told after them, however late it is read', () => {
  const reader = createDeployReader()
  expect(reader.read('image found: img_1')?.message).toBe('image found')
  expect(reader.read('> [1/1] Updating 678ba5ff38e766 [app]')?.message).toContain('updating')
  expect(reader.read('image found: img_1')).toBeUndefined()
  expect(reader.read('Searching for image')).toBeUndefined()
})
