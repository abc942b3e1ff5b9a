import type { Fields } from './edit.js'

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

export const scopes = ['user', 'project'] as const

/** Whose settings: those of one person everywhere, or of whoever works in one project. */
export type Scope = (typeof scopes)[number]

/** A file that a client reads its servers from. */
export interface Place {
  readonly scope: Scope
  /** Absolute paths that the client reads; the first that is there is taken, or else made. */
  files(where: Surroundings): readonly string[]
  /** What the client takes for the project's folder, so that the file suits every machine; absolute unless given. */
  readonly root?: string
  /** What a person does then, as a sentence. */
  readonly after: string
}

/** An MCP client, and how its settings name a server. */
export interface Client {
  /** As `--client` takes it. */
  readonly name: string
  readonly title: string
  /** Its own words on all of this. */
  readonly docs: string
  /** JSON with comments and trailing commas, which plain JSON is too; TOML; YAML. */
  readonly format: 'json' | 'toml' | 'yaml'
  /** The key that holds all servers by name. */
  readonly serversKey: string
  /** A key below that one, which holds them where it is there. */
  readonly innerKey?: string
  /** Where it reads them; the first is taken unless a scope is named. */
  readonly places: readonly [Place, ...Place[]]
  /** The fields of one server. */
  fields(entry: ServerEntry): Fields
  /** What a person should know of it. */
  readonly note?: string
}

/** The name under which flyops stands in every client's settings. */
export const serverName = 'flyops'
