import { parseDuration } from './duration.js'
import { type Field, type GoType, type Spec, typeName } from './types.js'

/** Where in the structs a value is, for errors. */
interface Place {
  /** Name of the innermost struct, without its package. */
  readonly struct: string | undefined
  readonly fields: readonly string[]
}

/**
 * Reads a parsed JSON value as encoding/json would: keys match whatever their case, unknown ones are
 * dropped, null and absent ones stay undefined. Raises the first mismatch in Go's words.
 */
export function decode<Value>(type: GoType<Value>, value: unknown): Value {
  // The specification of a GoType<Value> describes exactly the values of Value.
  return decodeSpec(type.spec, value, { struct: undefined, fields: [] }) as Value
}

function decodeSpec(spec: Spec, value: unknown, place: Place): unknown {
  if (value === null || value === undefined) return undefined
  switch (spec.kind) {
    case 'pointer':
      return decodeSpec(spec.of, value, place)
    case 'list':
      if (!Array.isArray(value)) throw mismatch(spec, value, place)
      return value.map((each) => decodeSpec(spec.of, each, place))
    case 'map':
      if (!isObject(value)) throw mismatch(spec, value, place)
      return mapValues(value, (each) => decodeSpec(spec.of, each, place))
    case 'struct':
      if (!isObject(value)) throw mismatch(spec, value, place)
      return decodeStruct(spec, value, place)
    default:
      return decodeScalar(spec, value, place)
  }
}

function decodeStruct(
  { name, fields }: Extract<Spec, { kind: 'struct' }>,
  value: Readonly<Record<string, unknown>>,
  place: Place,
): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {}
  const struct = name.slice(name.lastIndexOf('.') + 1)
  for (const key of Object.keys(value).sort()) {
    const field = findField(fields, key)
    if (field === undefined) continue
    const inside = { struct, fields: [...place.fields, field.name] }
    const decoded = decodeSpec(field.type, value[key], inside)
    if (decoded !== undefined) result[field.name] = decoded
  }
  return result
}

function findField(fields: readonly Field[], key: string): Field | undefined {
  return (
    fields.find(({ name }) => name === key) ??
    fields.find(({ name }) => name.toLowerCase() === key.toLowerCase())
  )
}

function decodeScalar(spec: Spec, value: unknown, place: Place): unknown {
  switch (spec.kind) {
    case 'any':
      return value
    case 'duration':
      return decodeDuration(value)
    case 'autostop':
      return decodeAutostop(value)
    case 'int':
      if (typeof value === 'number' && Number.isInteger(value)) return value
      break
    case 'float64':
      if (typeof value === 'number') return value
      break
    case 'bool':
      if (typeof value === 'boolean') return value
      break
    default:
      if (typeof value === 'string') return value
  }
  throw mismatch(spec, value, place)
}

/** fly-go's Duration: a bare number is nanoseconds. */
function decodeDuration(value: unknown): number {
  if (typeof value === 'number') return Math.trunc(value)
  if (typeof value === 'string') return parseDuration(value)
  throw new Error(`unknown duration type: ${typeof value === 'boolean' ? 'bool' : 'interface {}'}`)
}

/** fly-go's MachineAutostop: true and false are older words for "stop" and "off". */
function decodeAutostop(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'stop' : 'off'
  if (typeof value !== 'string') throw new Error('autostop value is not a valid bool or string')
  if (['off', 'stop', 'suspend'].includes(value)) return value
  throw new Error(`invalid autostop string value "${value}"`)
}

function mismatch(spec: Spec, value: unknown, { struct, fields }: Place): Error {
  const found = describe(spec, value)
  const target = typeName(spec)
  if (struct === undefined)
    return new Error(`json: cannot unmarshal ${found} into Go value of type ${target}`)
  const path = [struct, ...fields].join('.')
  return new Error(`json: cannot unmarshal ${found} into Go struct field ${path} of type ${target}`)
}

function describe(spec: Spec, value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'number' && spec.kind === 'int' ? `number ${value}` : typeof value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapValues(value: Readonly<Record<string, unknown>>, change: (each: unknown) => unknown) {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(each)]))
}
