/** One thing that is said about a configuration; `fatal` ones make it invalid. */
export interface Finding {
  readonly text: string
  readonly fatal: boolean
}

export function fatal(text: string): Finding {
  return { text, fatal: true }
}
