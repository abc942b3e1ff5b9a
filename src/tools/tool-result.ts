export interface ToolResult {
  /** Matches the tool's output schema. */
  readonly output: Readonly<Record<string, unknown>>
  /** One sentence for people. */
  readonly summary: string
}
