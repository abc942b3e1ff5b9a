import type { GoType, Spec } from '../go/types.js'
import { type Table, unseenByStrict } from './patches.js'

/** Sections and keys that flyctl does not know, as `config validate --strict` lists them. */
export function unknownKeys(type: GoType, raw: Table): readonly string[] {
  const sections: string[] = []
  const keys: string[] = []
  const fields = fieldsOf(type.spec)
  for (const [name, value] of Object.entries(raw)) {
    const spec = fields.get(name)
    if (spec === undefined) sections.push(name)
    else if (!unseenByStrict.includes(name)) keys.push(...unknownIn(name, value, spec))
  }
  return [...sections, ...keys]
}

function fieldsOf(spec: Spec): ReadonlyMap<string, Spec> {
  if (spec.kind === 'pointer') return fieldsOf(spec.of)
  return new Map(spec.kind === 'struct' ? spec.fields.map(({ name, type }) => [name, type]) : [])
}

function unknownIn(path: string, value: unknown, spec: Spec): readonly string[] {
  if (spec.kind === 'pointer') return unknownIn(path, value, spec.of)
  if (Array.isArray(value)) {
    if (spec.kind !== 'list') return []
    return value.flatMap((each, index) => unknownIn(`${path}[${index}]`, each, spec.of))
  }
  if (typeof value !== 'object' || value === null) return []
  if (spec.kind === 'map')
    return Object.entries(value).flatMap(([key, each]) =>
      unknownIn(`${path}.${key}`, each, spec.of),
    )
  if (spec.kind !== 'struct') return []
  const fields = fieldsOf(spec)
  return Object.entries(value).flatMap(([key, each]) => {
    const field = fields.get(key)
    return field === undefined ? [`${path}.${key}`] : unknownIn(`${path}.${key}`, each, field)
  })
}
