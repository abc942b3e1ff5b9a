import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ran {
  /** Null where a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const packages = new URL('../../node_modules/@modelcontextprotocol/', import.meta.url)

/** Runs a script of a package of MCP under this Node; `home` is its home and working folder. */
export function runPackaged(script: string, args: readonly string[], home: string): Promise<Ran> {
  const { PATH = '' } = process.env
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [fileURLToPath(new URL(script, packages)), ...args],
      { cwd: home, env: { PATH, HOME: home }, timeout: 170_000, maxBuffer: 32 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    )
    child.stdin?.end()
  })
}
