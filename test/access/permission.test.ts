import { expect, test } from 'vitest'
import { z } from 'zod'
import { fullScope } from '../../src/access/caller.js'
import { checkPermission } from '../../src/access/permission.js'
import { coreTools, fullPolicy } from '../../src/access/policy.js'
import { catalogue } from '../../src/tools/catalogue.js'
import { offeredTool, type Tool } from '../../src/tools/tool.js'

const mine = { ...fullPolicy, apps: ['mine'] }
const local = { owner: 'local', scope: fullScope }
const scoped = { owner: 'token:ci', scope: { tools: ['*'], apps: ['mine'] } }
const registryHost = 'registry.fly.io'

function check(tool: Tool, args: object, { policy = fullPolicy, caller = local } = {}) {
  const namedApps = () => tool.namedApps(args, registryHost)
  checkPermission({ policy, caller }, { tool: offeredTool(tool), namedApps })
}

function foreign(field: string, type: unknown) {
  if (type === 'array') return ['mine', 'other']
  if (type === 'object') return { mine: {}, other: {} }
  return field.endsWith('image') ? `${registryHost}/other:1` : 'other'
}

// A new parameter of that sort must be known to the permission, or it has a hole.
test('every parameter that names an app or an image counts', () => {
  const named = catalogue.flatMap((tool) =>
    Object.entries(z.toJSONSchema(tool.input, { io: 'input' }).properties ?? {})
      .filter(([field]) => /app|image/.test(field))
      .map(([field, schema]) => ({ tool, field, type: Object(schema).type })),
  )
  expect(named.length).toBeGreaterThan(8)
  for (const { tool, field, type } of named) {
    const args = { app: 'mine', [field]: foreign(field, type) }
    for (const parts of [{ policy: mine }, { caller: scoped }]) {
      expect(() => check(tool, args, parts), `${tool.name} ${field}`).toThrow(
        'may not use the app other',
      )
    }
  }
})

test('a tool that names no app is closed where apps are bounded, unless it needs none or filters', () => {
  const open = catalogue.filter((tool) => {
    try {
      check(tool, {}, { policy: mine })
      return true
    } catch {
      return false
    }
  })
  const needsNone = ['cancel_job', 'doctor', 'get_job']
  const filters = ['list_apps', 'list_images']
  expect(open.map(({ name }) => name).toSorted()).toEqual([...needsNone, ...filters].toSorted())
})

test('read-only refuses every tool that does not say that it only reads', () => {
  for (const tool of catalogue) {
    const call = () => check(tool, { app: 'mine' }, { policy: { ...fullPolicy, readOnly: true } })
    if (tool.annotations.readOnlyHint) expect(call).not.toThrow()
    else expect(call, tool.name).toThrow('read-only')
  }
})

test('what the policy lacks is refused, what the scope lacks is forbidden', () => {
  const [tool] = catalogue
  if (tool === undefined) throw new Error('no tools')
  const call = (parts: object) => () => check(tool, { app: 'other' }, parts)
  expect(call({ policy: mine })).toThrow(expect.objectContaining({ code: 'refused', who: 'human' }))
  expect(call({ caller: scoped })).toThrow(expect.objectContaining({ code: 'forbidden' }))
  expect(call({ policy: { ...fullPolicy, tools: ['doctor'] } })).toThrow(`may not use ${tool.name}`)
  expect(call({})).not.toThrow()
})

test('the core tools exist', () => {
  expect(catalogue.map(({ name }) => name)).toEqual(expect.arrayContaining([...coreTools]))
})
