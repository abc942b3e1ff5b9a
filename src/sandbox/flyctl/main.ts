import { text } from 'node:stream/consumers'
import { createLog } from '../../log.js'
import { findProgram } from '../../process/programs.js'
import { createRedact } from '../../process/redact.js'
import { createRunner } from '../../process/runner.js'
// biome-ignore lint/style/noRestrictedImports: an entry of its own, like src/main.ts
import { version } from '../../version.js'
import { runFlyctl } from './run.js'

const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort())

const { env } = process
const { run } = createRunner({
  log: createLog('silent'),
  redact: createRedact([env.FLY_ACCESS_TOKEN ?? '', env.FLY_API_TOKEN ?? '']),
})

// Not process.exit: what was printed into a pipe must arrive.
process.exitCode = await runFlyctl({
  version: `${version}-standin`,
  argv: process.argv.slice(2),
  env,
  cwd: process.cwd(),
  out: (printed) => void process.stdout.write(printed),
  err: (printed) => void process.stderr.write(printed),
  readStdin: () => text(process.stdin),
  ending: ending.signal,
  run,
  async findDocker() {
    const { program } = await findProgram({ names: ['docker'], path: env.PATH, folders: [] })
    return program
  },
})
