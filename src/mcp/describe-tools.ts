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

/** Every field with its limits, without the dialect: clients assume the newest (MCP 2025-11-25). */
function describeInput(input: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' })
  return schema
}

/**
 * The fields of a result and their types, one level deep: models read the results themselves, and every
 * byte here is paid for in each conversation. Fields may be added without breaking clients that check.
 */
function describeOutput(output: z.ZodType): JsonSchema {
  const { properties = {}, required } = z.toJSONSchema(output, { io: 'input' })
  const shallow = Object.entries(properties).map(
    ([name, schema]) => [name, outline(schema)] as const,
  )
  return {
    type: 'object',
    properties: Object.fromEntries(shallow),
    ...(required ? { required } : {}),
  }
}

function outline(schema: JsonSchema | boolean): JsonSchema | boolean {
  if (typeof schema === 'boolean') return schema
  const { type, enum: choices, const: constant, items } = schema
  return {
    ...(type === undefined ? {} : { type }),
    ...(choices === undefined ? {} : { enum: choices }),
    ...(constant === undefined ? {} : { const: constant }),
    ...(items === undefined || Array.isArray(items) ? {} : { items: outline(items) }),
  }
}
