import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { approvalTool } from '../../src/access/permission.js'
import { coreTools } from '../../src/access/policy.js'
import { shipInput } from '../../src/flow/ship/input.js'
import { describeTools } from '../../src/mcp/describe-tools.js'
import { instructionsFor } from '../../src/mcp/instructions.js'
import { catalogue } from '../../src/tools/catalogue.js'

interface Listed {
  readonly name: string
  readonly inputSchema: {
    readonly type: string
    readonly properties: Readonly<Record<string, { readonly description?: string }>>
  }
  readonly annotations: object
  readonly outputSchema: { readonly type: string; readonly required?: readonly string[] }
}

const listed = describeTools() as readonly Listed[]
const names = catalogue.map(({ name }) => name)
/** Without rules. */
const usual = names.filter((name) => name !== approvalTool)

describe.each(catalogue)('$name', ({ name, title, description, annotations }) => {
  const tool = listed.find((each) => each.name === name)

  test('lives in a file of its name', () => {
    const file = new URL(`../../src/tools/${name.replaceAll('_', '-')}.ts`, import.meta.url)
    expect(existsSync(fileURLToPath(file))).toBe(true)
  })

  test('says what it does, when to use it and what comes next', () => {
    expect(title).toBeTruthy()
    expect(description.length).toBeGreaterThan(200)
    expect(description.length).toBeLessThan(500)
  })

  test('writes all four hints out', () => {
    expect(Object.keys(annotations).sort()).toEqual([
      'destructiveHint',
      'idempotentHint',
      'openWorldHint',
      'readOnlyHint',
    ])
  })

  test('is one that only looks, or one to be asked about', () => {
    expect(annotations.readOnlyHint).toBe(!annotations.destructiveHint)
    expect(tool?.annotations).toMatchObject(
      annotations.readOnlyHint ? { readOnlyHint: true } : { destructiveHint: true },
    )
  })

  test('takes an object whose every field is described', () => {
    expect(tool?.inputSchema).toMatchObject({ type: 'object' })
    for (const [field, { description: text }] of Object.entries(
      tool?.inputSchema.properties ?? {},
    )) {
      expect(text, field).toBeTruthy()
    }
  })
})

describe('the list of tools', () => {
  test('names no dialect, no unions, and no key of ours', () => {
    const json = JSON.stringify(listed)
    for (const word of ['$schema', 'anyOf', 'oneOf', 'allOf', 'advertised'])
      expect(json).not.toContain(word)
  })

  test('keeps what a model needs to choose: choices, defaults and the largest numbers', () => {
    const fields = listed.find(({ name }) => name === 'deploy_image')?.inputSchema.properties
    expect(fields).toMatchObject({
      auto_stop: { enum: ['off', 'stop', 'suspend'] },
      context: { default: '.' },
      min_machines_running: { maximum: 100 },
    })
  })

  test('has no older names, and they are taken all the same', () => {
    const fields = listed.find(({ name }) => name === 'ship')?.inputSchema.properties
    for (const name of ['cpus', 'interval', 'strategy', 'wait_timeout'])
      expect(fields).not.toHaveProperty(name)
    expect(shipInput.safeParse({ app: 'hello', cpus: 2, strategy: 'rolling' }).success).toBe(true)
  })

  test('has what hardly anybody says once, and it is taken all the same', () => {
    const [ship, build] = ['ship', 'build_image'].map((each) =>
      listed.find(({ name }) => name === each),
    )
    expect(ship?.inputSchema.properties).not.toHaveProperty('target')
    expect(build?.inputSchema.properties.target?.description).toBe('Build stage of the Dockerfile')
    expect(shipInput.parse({ app: 'hello', target: 'production' })).toMatchObject({
      target: 'production',
    })
    expect(shipInput.safeParse({ app: 'hello', targets: 'production' }).success).toBe(false)
  })

  test('promises of long work no more than its status', () => {
    for (const name of ['build_image', 'push_image', 'deploy_image']) {
      expect(listed.find((tool) => tool.name === name)?.outputSchema.required).toEqual(['status'])
    }
  })

  test('stays small, for every conversation pays for it', () => {
    const sizeBytes = (tools: readonly Listed[]) => Buffer.byteLength(JSON.stringify({ tools }))
    const core = listed.filter(({ name }) => coreTools.includes(name))
    expect(sizeBytes(listed.filter(({ name }) => name !== approvalTool))).toBeLessThanOrEqual(
      24_000,
    )
    expect(core).toHaveLength(coreTools.length)
    expect(sizeBytes(core)).toBeLessThanOrEqual(12_000)
    expect(Buffer.byteLength(instructionsFor(usual))).toBeLessThanOrEqual(1_024)
  })

  test('the instructions name every tool, also one that their words do not', () => {
    const instructions = instructionsFor([...usual, 'rename_app'])
    for (const name of usual) expect(instructions).toContain(name)
    expect(instructions).toMatch(/Also: rename_app\.$/)
  })
})
