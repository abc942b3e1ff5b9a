import { z } from 'zod'
import { catalogue } from '../tools/catalogue.js'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** The answer to tools/list, as it is written into the bundle when flyops is built. */
export function describeTools(): readonly unknown[] {
  return catalogue.map(({ name, title, description, input, output, annotations }) => ({
    name,
    title,
    description,
    inputSchema: describeInput(input),
    outputSchema: describeOutput(output),
    annotations,
  }))
}

/**
 * Every field with its text, without the dialect: clients assume the newest (MCP 2025-11-25). Limits of
 * texts and lists are told by the error that refuses what is beyond them.
 */
function describeInput(input: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    override: ({ jsonSchema }) => {
      for (const limit of untold) delete jsonSchema[limit]
      const { sameAs } = jsonSchema
      if (typeof sameAs !== 'string') return
      for (const key of Object.keys(jsonSchema)) {
        if (key !== 'type' && key !== 'enum') delete jsonSchema[key]
      }
      jsonSchema.description = `As in ${sameAs}`
    },
  })
  return schema
}

const untold = [
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'propertyNames',
  'minimum',
] as const

/** Fields of results that mean the same everywhere: the instructions tell about them, or their names do. */
const common = [
  'next',
  'warnings',
  'stage',
  'percent',
  'last_line',
  'elapsed_ms',
  'duration_ms',
  'machines_total',
  'checks_total',
]

/**
 * The fields of a result and their types, one level deep: models read the results themselves, and every
 * byte here is paid for in each conversation. Fields may be added without breaking clients that check.
 */
function describeOutput(output: z.ZodType): JsonSchema {
  const { properties = {}, required } = z.toJSONSchema(output, { io: 'input' })
  const shallow = Object.entries(properties)
    .filter(([name]) => !common.includes(name))
    .map(([name, schema]) => [name, outline(schema)] as const)
  const always = required?.filter((name) => !common.includes(name))
  return {
    type: 'object',
    properties: Object.fromEntries(shallow),
    ...(always ? { required: always } : {}),
  }
}

function outline(schema: JsonSchema | boolean): JsonSchema | boolean {
  if (typeof schema === 'boolean') return schema
  const { type, enum: choices, const: constant } = schema
  return {
    ...(type === undefined ? {} : { type }),
    ...(choices === undefined ? {} : { enum: choices }),
    ...(constant === undefined ? {} : { const: constant }),
  }
}
