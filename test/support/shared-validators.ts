import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import type {
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
} from '@modelcontextprotocol/sdk/validation/types.js'

const ajv = new AjvJsonSchemaValidator()
const known = new Map<string, JsonSchemaValidator<never>>()

/** Holds results to the schemas of tools/list as a client does by itself, but makes code of each schema once for all clients. */
export const sharedValidators: jsonSchemaValidator = {
  getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T> {
    const text = JSON.stringify(schema)
    const validator = known.get(text) ?? ajv.getValidator<never>(schema)
    known.set(text, validator)
    return validator
  },
}
