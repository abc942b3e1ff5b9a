import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import type { Host } from './cli/host.js'

// What programs print is garbage at once: V8 would keep 32 MB of room for it for as long as a server runs.
setFlagsFromString('--semi-space-growth-factor=1')

const ending = new AbortController()
const end = () => ending.abort()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)

const argv = process.argv.slice(2)
const folder = fileURLToPath(new URL('.', import.meta.url))
const host: Host = {
  argv,
  env: process.env,
  cwd: process.cwd(),
  pid: process.pid,
  platform: process.platform,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  ending: ending.signal,
  end,
  toolsFile: join(folder, 'tools.json'),
  node: process.execPath,
  script: join(folder, 'main.js'),
  standIn: join(folder, 'flyctl.js'),
}

const status = await run()
// A pipe takes 64 KiB at once: what is left must be read before the end.
process.stdout.write('', () => process.exit(status))

async function run(): Promise<number> {
  const isServe = argv[0] === 'serve' || (argv.length === 0 && !process.stdin.isTTY)
  if (isServe) return (await import('./cli/serve.js')).runServe(host)
  return (await import('./cli/run.js')).runCli(host)
}
