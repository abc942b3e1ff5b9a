import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const timeoutMs = 600_000

/** The built server with a client on it, for as long as `use` takes. */
export async function withServer({ root, env }, use) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main, 'serve', '--root', root],
    // Nothing of the user's own is read or written.
    env: {
      PATH: process.env.PATH,
      HOME: `${root}/.git`,
      FLYOPS_STATE_DIR: `${root}/.git/flyops`,
      ...env,
    },
    stderr: 'ignore',
  })
  const client = new Client({ name: 'bench', version: '0.0.0' })
  await client.connect(transport)
  try {
    await client.listTools()
    return await use({ pid: transport.pid, call: (name, args) => call(client, name, args) })
  } finally {
    await client.close()
  }
}

/** The last answer, and the size of the largest: a long tool answers before its end, and its job is then asked. */
async function call(client, name, args) {
  const options = { timeout: timeoutMs, onprogress() {} }
  const startedAt = performance.now()
  let result = await client.callTool({ name, arguments: args }, undefined, options)
  let sizeBytes = sizeOf(result)
  while (result.structuredContent?.status === 'running') {
    const again = { job_id: result.structuredContent.job_id }
    result = await client.callTool({ name: 'get_job', arguments: again }, undefined, options)
    sizeBytes = Math.max(sizeBytes, sizeOf(result))
  }
  return { result, sizeBytes, durationMs: performance.now() - startedAt }
}

function sizeOf(result) {
  return Buffer.byteLength(JSON.stringify(result))
}
