import { z } from 'zod'
import { catalogue } from '../tools/catalogue.js'

/** The answer to tools/list, as it is written into the bundle when flyops is built. */
export function describeTools(): readonly unknown[] {
  return catalogue.map(({ name, title, description, input, output, annotations }) => ({
    name,
    title,
    description,
    inputSchema: toJsonSchema(input),
    outputSchema: toJsonSchema(output),
    annotations,
  }))
}

/** Results may gain fields without breaking clients that check them: `io: input` leaves them open. */
function toJsonSchema(schema: z.ZodType): unknown {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}
