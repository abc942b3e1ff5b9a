/** The key of all servers, and the name of one. */
export type Path = readonly [string, string]

export type Fields = Readonly<Record<string, unknown>>

/** Puts fields into the table at `path` of a settings file's text. */
export type Edit = (text: string, path: Path, fields: Fields) => string
