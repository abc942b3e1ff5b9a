import { fileURLToPath } from 'node:url'
import { startToTools } from './start-to-tools.mjs'

const expectedTools = 11
const maxBytes = 20_000
const root = fileURLToPath(new URL('..', import.meta.url))

/** How much a model reads before it does anything. */
export async function* toolsList() {
  const { result } = await startToTools(['dist/main.js', 'serve'], root)
  const sizeBytes = Buffer.byteLength(JSON.stringify(result))
  yield {
    name: 'tools/list result',
    value: `${sizeBytes} B`,
    limit: `at most ${maxBytes} B`,
    isKept: sizeBytes <= maxBytes,
  }
  yield {
    name: '  tools',
    value: String(result.tools.length),
    limit: `exactly ${expectedTools}`,
    isKept: result.tools.length === expectedTools,
  }
}
