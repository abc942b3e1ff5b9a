/** Puts fields into the table at `path` of a settings file's text. */
export type Edit = (
  text: string,
  path: readonly [string, string],
  fields: Readonly<Record<string, unknown>>,
) => string
