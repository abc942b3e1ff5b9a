import { text } from 'node:stream/consumers'
import { runFlyctl } from './program.js'

const ending = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => ending.abort())

const status = await runFlyctl({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  out: (chunk) => process.stdout.write(chunk),
  err: (chunk) => process.stderr.write(chunk),
  readStdin: () => text(process.stdin),
  signal: ending.signal,
})
// A pipe takes 64 KiB at once: what is left must be read before the end.
process.stdout.write('', () => process.exit(status))
