import { basename, join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/paths.js'

const { programs } = await import(join(projectRoot, 'scripts/bundles.mjs'))
const { metafile } = await build({ ...programs, write: false })

/** The sources that are loaded with a file of the bundle, before anything is imported on demand. */
function loadedWith(source: string): readonly string[] {
  const { outputs } = metafile as Metafile
  const holder = (file: string) =>
    Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === file)?.[0]
  const chunks = new Set([holder(source) ?? ''])
  for (const chunk of chunks) {
    for (const { path, kind } of outputs[chunk]?.imports ?? [])
      if (kind === 'import-statement') chunks.add(path)
  }
  return [...chunks].flatMap((chunk) => Object.keys(outputs[chunk]?.inputs ?? {}))
}

const heavy = /node_modules\/(zod|@modelcontextprotocol|commander|pino|execa|hono)\//

test.each(['src/main.ts', 'src/cli/serve.ts', 'src/cli/serve-with.ts'])(
  'a client that lists the tools loads %s without SDK, zod, commander and what else is heavy',
  (source) => {
    const loaded = loadedWith(source)
    expect(loaded).toContain(source)
    expect(loaded.filter((input) => heavy.test(input))).toEqual([])
  },
)

test('tools are loaded with zod, in one language, and not with the SDK', () => {
  const loaded = loadedWith('src/mcp/create-backend.ts')
  const languages = loaded.filter((input) => input.includes('/zod/v4/locales/'))
  expect(languages.map((input) => basename(input))).toEqual(['index.js', 'en.js'])
  expect(loaded.some((input) => input.includes('/zod/'))).toBe(true)
  expect(loaded.filter((input) => input.includes('@modelcontextprotocol'))).toEqual([])
})
