/** Rows by key, in the order in which they came; a row is replaced, never changed in place. */
export interface Table<Row> {
  get(key: string): Row | undefined
  list(wanted?: (row: Row) => boolean): readonly Row[]
  put(row: Row): Row
  /** Replaces some fields; a row that is gone stays gone. */
  patch(key: string, change: Partial<Row>): Row | undefined
  /** The same for fields that a sandbox which was killed finds out anew: they are nothing to save. */
  refresh(key: string, change: Partial<Row>): void
  remove(key: string): void
}

/** `isLasting`: it is to be saved. */
export type Changed = (isLasting: boolean) => void

export interface TableOptions<Row> {
  readonly key: (row: Row) => string
  readonly rows?: readonly Row[] | undefined
  /** Called after each change. */
  readonly changed: Changed
}

export function createTable<Row extends object>(options: TableOptions<Row>): Table<Row> {
  const { key, changed } = options
  const rows = new Map((options.rows ?? []).map((row) => [key(row), row]))
  function put(row: Row): Row {
    rows.set(key(row), row)
    changed(true)
    return row
  }
  return {
    get: (wanted) => rows.get(wanted),
    list: (wanted = () => true) => [...rows.values()].filter(wanted),
    put,
    patch(wanted, change) {
      const row = rows.get(wanted)
      return row === undefined ? undefined : put({ ...row, ...change })
    },
    refresh(wanted, change) {
      const row = rows.get(wanted)
      if (row === undefined) return
      rows.set(wanted, { ...row, ...change })
      changed(false)
    },
    remove(wanted) {
      if (rows.delete(wanted)) changed(true)
    },
  }
}
