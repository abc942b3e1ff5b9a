import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const at = '2026-11-23T10:00:00.000Z'
const platform = 'registry.fly.io'
const tools = ['build_image', 'push_image', 'deploy_image', 'test_image'] as const
const toml = `app = "hello"\n[env]\n${'  KEY = "some value"\n'.repeat(30)}`

/** The lines of an operation, as flyops writes them. */
function operationLines(n: number): string {
  const id = n.toString(16).padStart(16, '0')
  const app = `app-${n % 997}`
  const tool = tools[n % tools.length]
  const image = `${platform}/${app}:${id.slice(-7)}`
  const digest = `sha256:${id.repeat(4)}`
  const lines = [
    { event: 'started', id, at, pid: 42, platform, tool, app, args: { app, image } },
    { event: 'noted', id, at, facts: { toml, digest, release_before: n } },
    { event: 'ended', id, at, status: 'done', durationMs: 9, result: { app, image, digest } },
  ]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** Writes a journal of so many bytes at least, as one that was never rotated; the number of its operations. */
export async function writeJournal(file: string, bytes: number): Promise<number> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'w', 0o600)
  let operations = 0
  for (let written = 0; written < bytes; ) {
    const block = Array.from({ length: 1_000 }, (_, n) => operationLines(operations + n)).join('')
    operations += 1_000
    written += (await handle.write(block)).bytesWritten
  }
  await handle.close()
  return operations
}

/** How each operation of the journal ended, or that it runs. */
export async function statuses(stateDir: string): Promise<readonly string[]> {
  const text = await readFile(join(stateDir, 'journal.jsonl'), 'utf8').catch(() => '')
  const found = new Map<string, string>()
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const { id, status = 'running' } = JSON.parse(line)
    found.set(id, status)
  }
  return [...found.values()]
}
