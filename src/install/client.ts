/** Where settings are kept, as this process sees it. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute path of the user's home folder. */
  readonly home: string
  /** Absolute path of the project folder that flyops is to serve. */
  readonly root: string
}

/** What a client starts. */
export interface ServerEntry {
  readonly command: string
  readonly args: readonly string[]
}

/** An MCP client, and how its settings name a server. */
export interface Client {
  /** As `--client` takes it. */
  readonly name: string
  readonly title: string
  /** JSON with comments and trailing commas, which plain JSON is too; or TOML. */
  readonly format: 'json' | 'toml'
  /** The key that holds all servers by name. */
  readonly serversKey: string
  /** Absolute path of the settings file. */
  file(surroundings: Surroundings): string
  /** The fields of one server. */
  fields(entry: ServerEntry): Readonly<Record<string, unknown>>
}

/** The name under which flyops stands in every client's settings. */
export const serverName = 'flyops'
