/** Takes lines without holding anybody up. */
export interface LineSink {
  add(line: string): void
  /** Resolves when what was added has gone, or is given up. */
  flush(): Promise<void>
}
