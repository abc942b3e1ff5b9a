import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPackaged } from './run-program.js'

/** The scenarios of a version of MCP, by how they went; in the order of the alphabet. */
export interface SuiteReport {
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  /** They found nothing to check. */
  readonly notApplicable: readonly string[]
}

const outcome = /^[✓✗] (\S+): (\d+) passed, (\d+) failed$/gm
/** Those that the suite runs and does not count, in a list at the end: extensions, and what came after the version. */
const notScored = /^ {2}[✓✗] (\S+) \(/gm

/** What a server must do by a version of MCP, tried by the suite of the protocol's authors. */
export async function runOfficialSuite(
  url: URL,
  version: '2025-11-25' | '2026-07-28',
): Promise<SuiteReport> {
  const home = await mkdtemp(join(tmpdir(), 'flyops-conformance-'))
  const args = ['server', '--url', url.href, '--requirements', version, '-o', home]
  const { stdout, stderr } = await runPackaged('conformance/dist/index.js', args, home)
  await rm(home, { recursive: true, force: true })
  const left = new Set([...stdout.matchAll(notScored)].map(([, name = '']) => name))
  const all = [...stdout.matchAll(outcome)]
  const scored = version === '2026-07-28' ? all : all.filter(([, name = '']) => !left.has(name))
  if (scored.length === 0) throw new Error(`The suite did not run: ${stderr}${stdout.slice(-500)}`)
  const named = (isWanted: (passed: number, failed: number) => boolean) =>
    scored
      .filter(([, , passed, failed]) => isWanted(Number(passed), Number(failed)))
      .map(([, name = '']) => name)
      .sort()
  return {
    passed: named((passed, failed) => passed > 0 && failed === 0),
    failed: named((_passed, failed) => failed > 0),
    notApplicable: named((passed, failed) => passed + failed === 0),
  }
}
