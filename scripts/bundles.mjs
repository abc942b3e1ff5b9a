// How esbuild is to make the bundles of dist.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

// The SDK checks with ajv what clients answer to elicitation: flyops asks by itself (mcp/legacy/questions.ts).
const withoutAjv = {
  name: 'without-ajv',
  setup({ onLoad }) {
    const filter = /sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/
    const refusal = 'throw new Error("flyops has no validator for elicitation")'
    const contents = `export class AjvJsonSchemaValidator { getValidator() { ${refusal} } }`
    onLoad({ filter }, () => ({ contents }))
  },
}

// zod's messages in fifty languages are half of its code, and flyops speaks one.
const onlyEnglish = {
  name: 'only-english',
  setup({ onLoad }) {
    const filter = /zod[\\/]v4[\\/]locales[\\/]index\.js$/
    onLoad({ filter }, () => ({ contents: "export { default as en } from './en.js'" }))
  },
}

// zod compiles schemas ahead of time, and makes them of JSON Schema, where somebody asks for it, which flyops does not.
const asWritten = {
  name: 'as-written',
  setup({ onLoad }) {
    const filter = /zod[\\/]v4[\\/](?:core[\\/]compile|classic[\\/]from-json-schema)\.js$/
    const names = ['INVALID', 'compile', 'withParser', 'compileFn', 'fromJSONSchema']
    const errors = ['ZodCompileAsyncError', 'ZodCompileUnsupportedError']
    const contents = `export const ${[...names, ...errors].map((name) => `${name} = undefined`).join(', ')}`
    onLoad({ filter }, () => ({ contents }))
  },
}

// Numbers of the process and of a cluster, a gateway and quantiles are four fifths of it, and flyops has none.
const fourMetrics = {
  name: 'four-metrics',
  setup({ onLoad }) {
    const names = ['Registry', 'Counter', 'Gauge', 'Histogram']
    const lines = names.map((name) => `exports.${name} = require('./lib/${name.toLowerCase()}.js')`)
    onLoad({ filter: /prom-client[\\/]index\.js$/ }, () => ({ contents: lines.join('\n') }))
  },
}

// What packages load and flyops does not use: pino's worker threads, pg's client in C, a proxy that follows redirects.
const unused = {
  name: 'unused',
  setup({ onLoad }) {
    const filter = /[\\/](?:thread-stream|follow-redirects|pg[\\/]lib[\\/]native)[\\/]index\.js$/
    onLoad({ filter }, () => ({ contents: 'module.exports = undefined' }))
  },
}

// Of package.json users need two facts alone; scripts and tools of the project are none of the product.
const shortManifest = {
  name: 'short-manifest',
  setup({ onLoad }) {
    const path = join(root, 'package.json')
    const filter = /[\\/]package\.json$/
    onLoad({ filter }, async (file) => {
      if (file.path !== path) return
      const { version, homepage } = JSON.parse(await readFile(path, 'utf8'))
      return { contents: JSON.stringify({ version, homepage }), loader: 'json' }
    })
  },
}

/** @type {import('esbuild').BuildOptions} */
export const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [withoutAjv, onlyEnglish, asWritten, fourMetrics, unused, shortManifest],
  // Its CommonJS form asks for its own files in a way that no bundler follows.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  // Packages in CommonJS ask for Node's own modules with require, which an ES module does not have.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
}

/**
 * Without splitting, a file that lazily imports modules of zod fails at start.
 * @type {import('esbuild').BuildOptions & { metafile: true }}
 */
export const programs = {
  ...common,
  entryPoints: { app: 'src/main.ts', 'stand-in': 'src/stand-in/main.ts' },
  splitting: true,
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
}
