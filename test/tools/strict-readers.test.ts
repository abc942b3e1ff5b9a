import { describe, expect, test } from 'vitest'
import { describeTools } from '../../src/mcp/describe-tools.js'

interface Listed {
  readonly name: string
  readonly inputSchema: object
  readonly outputSchema: { readonly properties: Readonly<Record<string, object>> }
}

type Schema = Readonly<Record<string, unknown>>

const int32 = 2 ** 31 - 1

/** What a client of the strict kind refuses in a schema, each place with its reason. */
function findings(schema: Schema, path: string, isInput: boolean): readonly string[] {
  const { type, items, properties = {}, additionalProperties, enum: choices } = schema
  const found: string[] = []
  const find = (isWrong: boolean, what: string) => isWrong && found.push(`${path}: ${what}`)
  find(typeof type !== 'string', 'has not one type')
  find(type === 'array' && items === undefined, 'is an array without items')
  find(additionalProperties === false, 'forbids other fields')
  const isMap = type === 'object' && Object.keys(properties as object).length === 0
  find(
    isInput && isMap && path.includes('.') && additionalProperties === undefined,
    'is a map whose members have no type',
  )
  find(choices !== undefined && typeof type !== 'string', 'has choices without a type')
  find('const' in schema, 'has a constant instead of choices')
  for (const limit of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'])
    find(Math.abs(Number(schema[limit] ?? 0)) > int32, `has a ${limit} beyond 32 bits`)
  find(/^As in /.test(String(schema.description)), 'is described elsewhere')
  const inner = Object.entries({
    ...(properties as object),
    ...parts({ items, additionalProperties }),
  })
  return [
    ...found,
    ...inner.flatMap(([name, each]) => findings(each as Schema, `${path}.${name}`, isInput)),
  ]
}

/** Those parts of a schema that are schemas. */
function parts(all: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(all).filter(([, each]) => typeof each === 'object'))
}

const tools = describeTools() as readonly Listed[]

describe.each(tools)('$name', ({ name, inputSchema, outputSchema }) => {
  test('takes what the strictest client can describe', () => {
    expect(findings(inputSchema as Schema, name, true)).toEqual([])
  })

  test('returns what the strictest client can read', () => {
    expect(findings(outputSchema as Schema, name, false)).toEqual([])
  })

  test('tells of its sentence and of the calls that follow', () => {
    expect(outputSchema.properties).toMatchObject({
      summary: { type: 'string' },
      next: { type: 'array' },
    })
  })
})

test('a finding is found', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: {
      list: { type: 'array' },
      map: { type: 'object' },
      choice: { enum: ['a'] },
      number: { type: 'integer', maximum: 2 ** 53 - 1, description: 'As in ship' },
    },
  }
  expect(findings(schema, 'it', true)).toHaveLength(7)
})
