import { expect, test } from 'vitest'
import { machineView } from '../../../src/sandbox/api/machine-view.js'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import { createTestClock } from '../clock.js'

const image = { registry: 'r', repository: 'hello', tag: '1', digest: 'sha256:0', labels: {} }

/** How long before it is looked at a machine is told to have started, and its check to have passed, in seconds. */
function toldAges(smokeSeconds: number) {
  const clock = createTestClock()
  const { machines } = createPlatform({ clock })
  const config = { image: 'r/hello:1' }
  const { id } = machines.create({ app: 'hello', name: undefined, region: 'ewr', config, image })
  const nowMs = clock.now()
  const updatedAt = new Date(nowMs).toISOString()
  machines.setState(id, 'started', { type: 'start', status: 'started', source: 'flyd' })
  machines.setChecks(id, [{ name: 'up', status: 'passing', output: 'ok', updatedAt }])
  const machine = machines.get('hello', id)
  const view = machineView(machine, { nowMs, smokeMs: smokeSeconds * 1000, hostStatus: 'ok' })
  const { events, checks } = view as {
    events: readonly { timestamp: number }[]
    checks: readonly { updated_at: string }[]
  }
  return {
    start: (nowMs - (events[0]?.timestamp ?? 0)) / 1000,
    check: (nowMs - Date.parse(checks[0]?.updated_at ?? '')) / 1000,
  }
}

test('at Fly’s own pace a start, and since when checks pass, are told as they were', () => {
  expect(toldAges(10)).toEqual({ start: 0, check: 0 })
  expect(toldAges(20)).toEqual({ start: 0, check: 0 })
})

test('at a quick pace they are told so much earlier that flyctl believes in them', () => {
  expect(toldAges(1)).toEqual({ start: 10, check: 10 })
})
