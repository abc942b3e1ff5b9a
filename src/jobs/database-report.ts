/** What is found out about the database that several instances share. */
export interface DatabaseReport {
  /** Of the server: 15.14 (Debian …). */
  readonly version: string
  /** How many there are now, with this one. */
  readonly instances: number
  readonly roundTripMs: number
}
