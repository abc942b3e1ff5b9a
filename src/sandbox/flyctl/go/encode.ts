import { formatDuration } from './duration.js'
import type { Field, GoType, Spec } from './types.js'

const zeroTime = '0001-01-01T00:00:00Z'

/** The value as Go would print it: every field in order, zero values filled in, `omitempty` heeded. */
export function encode<Value>(type: GoType<Value>, value: Value | undefined): unknown {
  return encodeSpec(type.spec, value)
}

/** The text of encoding/json, `<>&` escaped; `indent` as in json.Encoder. */
export function toJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function encodeSpec(spec: Spec, value: unknown): unknown {
  switch (spec.kind) {
    case 'pointer':
      return value === undefined || value === null ? null : encodeSpec(spec.of, value)
    case 'list':
      return Array.isArray(value) ? value.map((each) => encodeSpec(spec.of, each)) : null
    case 'map':
      return value === undefined ? null : encodeMap(spec.of, value)
    case 'struct':
      return encodeStruct(spec.fields, value)
    default:
      return encodeScalar(spec, value)
  }
}

/** Go sorts the keys of a map. */
function encodeMap(of: Spec, value: unknown): unknown {
  const entries = Object.entries(Object(value)).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, encodeSpec(of, each)]))
}

function encodeStruct(fields: readonly Field[], value: unknown): unknown {
  const source: Readonly<Record<string, unknown>> = Object(value ?? {})
  const kept = fields.filter(
    ({ name, omitEmpty, type }) => !(omitEmpty && isEmpty(type, source[name])),
  )
  return Object.fromEntries(kept.map(({ name, type }) => [name, encodeSpec(type, source[name])]))
}

function isEmpty(spec: Spec, value: unknown): boolean {
  if (spec.kind === 'struct' || spec.kind === 'time') return false
  if (value === undefined || value === null) return true
  if (spec.kind === 'pointer' || spec.kind === 'any') return false
  if (spec.kind === 'list') return Array.isArray(value) && value.length === 0
  if (spec.kind === 'map') return Object.keys(Object(value)).length === 0
  return value === '' || value === 0 || value === false
}

function encodeScalar(spec: Spec, value: unknown): unknown {
  switch (spec.kind) {
    case 'string':
      return value ?? ''
    case 'int':
    case 'float64':
      return value ?? 0
    case 'bool':
      return value ?? false
    case 'time':
      return typeof value === 'string' ? shortTime(value) : zeroTime
    case 'duration':
      return formatDuration(typeof value === 'number' ? value : 0)
    case 'autostop':
      // For older readers, fly-go still writes "off" and "stop" as booleans.
      return value === 'suspend' ? value : value === 'stop'
    default:
      return value ?? null
  }
}

/** Go prints a fraction of a second without trailing zeros. */
function shortTime(text: string): string {
  return text.replace(/(\.\d*?)0+(?=Z|[+-])/, '$1').replace(/\.(?=Z|[+-])/, '')
}
