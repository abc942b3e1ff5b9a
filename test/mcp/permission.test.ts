import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkPermission } from '../../src/mcp/permission.js'
import { catalogue } from '../../src/tools/catalogue.js'

const scoped = { owner: 'token:ci', scope: { tools: ['*'], apps: ['mine'] } }
const registryHost = 'registry.fly.io'

/** Fields whose values are no image references. */
const foreigners: Readonly<Record<string, unknown>> = {
  app: 'other',
  apps: ['mine', 'other'],
  from_app: 'other',
  image_repository: 'other',
}

// A new parameter of that sort must be known to the permission, or scopes have a hole.
test('every parameter that names an app or an image counts', () => {
  const named = catalogue.flatMap(({ name, input }) =>
    Object.keys(z.toJSONSchema(input, { io: 'input' }).properties ?? {})
      .filter((field) => /app|image/.test(field))
      .map((field) => ({ tool: name, field })),
  )
  expect(named.length).toBeGreaterThan(8)
  for (const { tool, field } of named) {
    const foreign = foreigners[field] ?? `${registryHost}/other:1`
    const args = { app: 'mine', [field]: foreign }
    expect(() => checkPermission(scoped, { tool, args, registryHost }), `${tool} ${field}`).toThrow(
      'may not use the app other',
    )
  }
})

test('a tool that names no app is closed to a scope of apps, unless it is known to need none', () => {
  const open = catalogue
    .map(({ name }) => name)
    .filter((tool) => {
      try {
        checkPermission(scoped, { tool, args: {}, registryHost })
        return true
      } catch {
        return false
      }
    })
  expect(open.toSorted()).toEqual(['cancel_job', 'doctor', 'get_job'])
})
