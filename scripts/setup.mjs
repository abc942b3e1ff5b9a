// Makes a bare clone ready: installs what is missing, builds what is old. Runs on the machine's own
// Node, 20 or newer; what npm starts afterwards runs on the Node in node_modules.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const inRoot = (...parts) => join(root, ...parts)

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function newestIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Math.max(...files.map((file) => changedAt(join(file.parentPath ?? file.path, file.name))))
}

// npm's own Node, never the one in node_modules, which npm is about to replace.
function install() {
  const npm = process.env.npm_execpath
  if (npm === undefined) fail('Run this through npm: npm run build')
  const node = process.env.npm_node_execpath ?? process.execPath
  run(node, [npm, 'ci', '--no-audit', '--no-fund'])
}

function build() {
  const node = inRoot('node_modules', '.bin', 'node')
  run(process.platform === 'win32' ? process.execPath : node, [inRoot('scripts', 'build.mjs')])
}

// Standard output belongs to the command that follows.
function run(program, args) {
  const PATH = `${inRoot('node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) fail(`${program} ${args.join(' ')} failed: ${error?.message ?? status}`)
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

if (
  changedAt(inRoot('node_modules', '.package-lock.json')) < changedAt(inRoot('package-lock.json'))
)
  install()

if (process.argv[2] !== '--install-only') {
  const sources = [
    newestIn(inRoot('src')),
    newestIn(inRoot('scripts')),
    newestIn(inRoot('scenarios')),
    changedAt(inRoot('package.json')),
  ]
  if (changedAt(inRoot('dist', 'main.js')) < Math.max(...sources)) build()
}
