/** A Go type as data: enough of it to read and write JSON as Go's encoding/json does. */
export type Spec =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'pointer' | 'list' | 'map'; readonly of: Spec }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly Field[] }

/** `duration` is in nanoseconds; `autostop` is fly-go's MachineAutostop; `any` stays as it is. */
export type ScalarKind =
  | 'string'
  | 'int'
  | 'float64'
  | 'bool'
  | 'any'
  | 'time'
  | 'duration'
  | 'autostop'

export interface Field {
  readonly name: string
  readonly omitEmpty: boolean
  readonly type: Spec
}

/** A Go type and the TypeScript type of its values; undefined stands for Go's zero value. */
export interface GoType<Value = unknown> {
  readonly spec: Spec
  readonly sample?: Value
}

export type ValueOf<Type> = Type extends GoType<infer Value> ? Value : never

export type Autostop = 'off' | 'stop' | 'suspend'

export const string: GoType<string> = { spec: { kind: 'string' } }
export const int: GoType<number> = { spec: { kind: 'int' } }
export const float64: GoType<number> = { spec: { kind: 'float64' } }
export const bool: GoType<boolean> = { spec: { kind: 'bool' } }
export const any: GoType<unknown> = { spec: { kind: 'any' } }
export const time: GoType<string> = { spec: { kind: 'time' } }
export const duration: GoType<number> = { spec: { kind: 'duration' } }
export const autostop: GoType<Autostop> = { spec: { kind: 'autostop' } }

export function pointer<Value>(of: GoType<Value>): GoType<Value> {
  return { spec: { kind: 'pointer', of: of.spec } }
}

export function list<Value>(of: GoType<Value>): GoType<readonly Value[]> {
  return { spec: { kind: 'list', of: of.spec } }
}

export function map<Value>(of: GoType<Value>): GoType<Readonly<Record<string, Value>>> {
  return { spec: { kind: 'map', of: of.spec } }
}

type FieldName<Key> = Key extends `${infer Name}?` ? Name : Key

type StructValue<Fields> = {
  readonly [Key in keyof Fields as FieldName<Key>]?: ValueOf<Fields[Key]> | undefined
}

/** Fields in Go's order; a `?` after a name is the tag's `omitempty`. */
export function struct<const Fields extends Readonly<Record<string, GoType>>>(
  name: string,
  fields: Fields,
): GoType<StructValue<Fields>> {
  return {
    spec: {
      kind: 'struct',
      name,
      fields: Object.entries(fields).map(([key, type]) => ({
        name: key.replace(/\?$/, ''),
        omitEmpty: key.endsWith('?'),
        type: type.spec,
      })),
    },
  }
}

/** As Go's errors name it: `[]string`, `appconfig.HTTPService`. */
export function typeName(spec: Spec): string {
  switch (spec.kind) {
    case 'pointer':
      return `*${typeName(spec.of)}`
    case 'list':
      return `[]${typeName(spec.of)}`
    case 'map':
      return `map[string]${typeName(spec.of)}`
    case 'struct':
      return spec.name
    case 'time':
      return 'time.Time'
    case 'duration':
      return 'fly.Duration'
    case 'autostop':
      return 'fly.MachineAutostop'
    case 'any':
      return 'interface {}'
    default:
      return spec.kind
  }
}
