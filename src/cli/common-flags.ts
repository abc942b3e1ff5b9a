/** What every verb of a tool takes beside the tool's own. */
export interface CommonFlags {
  readonly root?: string | undefined
  readonly logLevel?: string | undefined
  readonly sandbox?: boolean | undefined
  readonly json?: boolean
}
