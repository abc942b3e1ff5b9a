import { fileURLToPath } from 'node:url'
import { startToTools } from './start-to-tools.mjs'

const sets = [
  { name: 'all', tools: 18, maxBytes: 24_000 },
  { name: 'core', tools: 9, maxBytes: 12_000 },
]
const root = fileURLToPath(new URL('..', import.meta.url))

/** How much a model reads before it does anything. */
export async function* toolsList() {
  for (const { name, tools, maxBytes } of sets) {
    const { result } = await startToTools(
      [process.execPath, 'dist/main.js', 'serve', '--tools', name],
      root,
    )
    const sizeBytes = Buffer.byteLength(JSON.stringify(result))
    yield {
      name: `tools/list result, ${name}`,
      value: `${sizeBytes} B`,
      limit: `at most ${maxBytes} B`,
      isKept: sizeBytes <= maxBytes,
    }
    yield {
      name: '  tools',
      value: String(result.tools.length),
      limit: `exactly ${tools}`,
      isKept: result.tools.length === tools,
    }
  }
}
