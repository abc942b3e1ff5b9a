/** The keys down to the table of one server. */
export type Path = readonly string[]

export type Fields = Readonly<Record<string, unknown>>

/** Puts fields into the table at `path` of a settings file's text; those of a table in it are put into that. */
export type Edit = (text: string, path: Path, fields: Fields) => string

export function isTable(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** What stands at a path; what is not there is an empty table, and null is a value. */
export function valueAt(settings: unknown, path: Path): unknown {
  return path.reduce(
    (value: unknown, key) =>
      isTable(value) && key in value ? value[key] : isTable(value) ? {} : value,
    settings,
  )
}
