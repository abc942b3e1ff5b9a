/** Fields and types of some JSON. A leaf is what a value may be, as in `string|null`; a field whose name ends in `?` may be missing, and `*` is every field. */
export type Shape = string | readonly Shape[] | { readonly [field: string]: Shape }

/** Where a value has not that shape: fields that are missing, of another type, or nowhere in it. */
export function differences(shape: Shape, value: unknown, at = ''): readonly string[] {
  if (shape === 'anything') return []
  if (typeof shape === 'string') {
    const type = typeOf(value)
    return shape.split('|').includes(type) ? [] : [`${at} is ${type}, not ${shape}`]
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is ${typeOf(value)}, not a list`]
    const [item] = shape
    return item === undefined ? [] : value.flatMap((each) => differences(item, each, `${at}[]`))
  }
  if (typeOf(value) !== 'object') return [`${at} is ${typeOf(value)}, not an object`]
  return fieldDifferences(shape as Readonly<Record<string, Shape>>, value as object, at)
}

function fieldDifferences(
  shape: Readonly<Record<string, Shape>>,
  value: object,
  at: string,
): readonly string[] {
  const each = shape['*']
  if (each !== undefined)
    return Object.entries(value).flatMap(([name, field]) =>
      differences(each, field, `${at}.${name}`),
    )
  const fields = Object.entries(shape).flatMap(([name, field]) => {
    const key = name.replace(/\?$/, '')
    if (Object.hasOwn(value, key))
      return differences(field, Reflect.get(value, key), `${at}.${key}`)
    return key === name ? [`${at}.${key} is missing`] : []
  })
  const known = Object.keys(shape).map((name) => name.replace(/\?$/, ''))
  const more = Object.keys(value).filter((key) => !known.includes(key))
  return [...fields, ...more.map((key) => `${at}.${key} is more`)]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}
