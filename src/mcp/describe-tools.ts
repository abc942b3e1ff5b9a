import { z } from 'zod'
import { catalogue } from '../tools/catalogue.js'
import type { ToolAnnotations } from '../tools/tool.js'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** The answer to tools/list, as it is written into the bundle when flyops is built. */
export function describeTools(): readonly unknown[] {
  return catalogue.map(({ name, title, description, input, output, annotations }) => ({
    name,
    title,
    description,
    inputSchema: describeInput(input),
    outputSchema: describeOutput(output),
    annotations: told(annotations),
  }))
}

/**
 * That it only looks, or may destroy: directories of servers want the one or the other said. The other hints are left out:
 * what clients assume then is never less careful (MCP 2025-11-25, ToolAnnotations).
 */
function told({ readOnlyHint, destructiveHint }: ToolAnnotations) {
  return readOnlyHint ? { readOnlyHint } : { destructiveHint }
}

/**
 * Every field with its text, without the dialect: clients assume the newest (MCP 2025-11-25). What is beyond the limits of
 * texts and lists is told by the error that refuses it, and so are unknown fields: some clients take no schema that
 * forbids them (Gemini's function declarations).
 */
function describeInput(input: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    override: ({ jsonSchema }) => {
      for (const limit of untold) delete jsonSchema[limit]
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
      if (jsonSchema.default === false) delete jsonSchema.default
      if (Number(jsonSchema.maximum) > mostToldMaximum) delete jsonSchema.maximum
      if (jsonSchema.properties !== undefined)
        jsonSchema.properties = advertised(jsonSchema.properties)
    },
  })
  return schema
}

type Properties = NonNullable<JsonSchema['properties']>

/** Without the fields that are taken and not told: another tool tells of them, or hardly anybody says them. */
function advertised(properties: Properties): Properties {
  const told = Object.entries(properties).filter(
    ([, field]) => typeof field === 'boolean' || field.advertised !== false,
  )
  return Object.fromEntries(told)
}

/** A larger one is the limit of a port, or of patience. */
const mostToldMaximum = 1_000

const untold = [
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'propertyNames',
  'minimum',
] as const

/** Fields of results that callers go on with: they decide by them, or pass them to the next call. */
const toldResults = [
  'status',
  'ok',
  'verdict',
  'reasons',
  'apps',
  'image',
  'images',
  'release',
  'releases',
  'url',
  'settings',
  'results',
  'checks',
  'lines',
  'plan_id',
  'plan',
  'dry_run',
  'job_id',
  'percent',
  'last_line',
  'result',
  'warnings',
  'next',
]

/**
 * Those fields of a result and their types; of objects in lists no more than that they are objects: models read the results
 * themselves, and every byte here is paid for in each conversation. Results may have more without breaking clients that
 * check.
 */
function describeOutput(output: z.ZodType): JsonSchema {
  const { properties = {}, required } = z.toJSONSchema(output, { io: 'input' })
  const fields = Object.entries(properties)
    .filter(([name]) => toldResults.includes(name))
    .map(([name, field]) => [name, outline(field)] as const)
    // One of several types, as a release or "none": strict clients take no such field.
    .filter(([, field]) => field.type !== undefined)
  return {
    type: 'object',
    properties: { summary: { type: 'string' }, ...Object.fromEntries(fields) },
    // More than that is promised by nobody: long work answers before it knows the rest.
    ...(required?.includes('status') ? { required: ['status'] } : {}),
  }
}

function outline(schema: JsonSchema | boolean): JsonSchema {
  if (typeof schema === 'boolean') return {}
  const { type, items } = schema
  return {
    ...(type === undefined ? {} : { type }),
    ...(items === undefined || Array.isArray(items) ? {} : { items: outline(items) }),
  }
}
