// Builds dist: the launchers, the bundles that they load, and the prepared answer to tools/list.
import { chmod, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

// The SDK checks with ajv what clients answer to elicitation: a tenth of the start, and mcp/ask.ts does without.
const withoutAjv = {
  name: 'without-ajv',
  setup({ onLoad }) {
    const filter = /sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/
    const refusal = 'throw new Error("flyops has no validator for elicitation")'
    const contents = `export class AjvJsonSchemaValidator { getValidator() { ${refusal} } }`
    onLoad({ filter }, () => ({ contents }))
  },
}

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [withoutAjv],
  // Its CommonJS form asks for its own files in a way that no bundler follows.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  // Packages in CommonJS ask for Node's own modules with require, which an ES module does not have.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
}

// Without splitting, a file that lazily imports modules of zod fails at start.
async function bundle() {
  const { metafile } = await build({
    ...common,
    entryPoints: { app: 'src/main.ts', 'stand-in': 'src/stand-in/main.ts' },
    splitting: true,
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
  })
  return Object.keys(metafile.outputs).map((path) => join(root, path))
}

// Making JSON Schemas from zod takes longer than a start may: it is done once, here.
async function describeTools() {
  const outfile = join(root, 'node_modules', '.cache', 'flyops', 'describe-tools.mjs')
  await build({ ...common, entryPoints: ['src/mcp/describe-tools.ts'], outfile })
  const described = await import(`${pathToFileURL(outfile)}?${Date.now()}`)
  const path = join(dist, 'tools.json')
  await writeFile(path, JSON.stringify(described.describeTools()))
  return path
}

// main.js last, because its age tells how old the build is.
async function launcher(name) {
  const path = join(dist, name)
  await copyFile(join(root, 'src', 'launcher', name), path)
  await chmod(path, 0o755)
  return path
}

async function removeOthers(kept) {
  const files = await readdir(dist, { recursive: true, withFileTypes: true })
  const stale = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => !kept.includes(path))
  await Promise.all(stale.map((path) => rm(path)))
}

const startedAt = performance.now()
await mkdir(dist, { recursive: true })
const prepared = [...(await bundle()), await describeTools()]
const launchers = ['compile-cache.js', 'flyctl.js', 'main.js']
const written = [...prepared]
for (const name of launchers) written.push(await launcher(name))
await removeOthers(written)
const tookMs = Math.round(performance.now() - startedAt)
process.stderr.write(`Built ${relative(process.cwd(), dist) || dirname(dist)} in ${tookMs} ms\n`)
