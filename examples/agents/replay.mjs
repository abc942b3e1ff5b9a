// Makes the calls of a record again, in an experiment, to be compared with it:
//   flyops sandbox run --scenario first-deploy --record again -- node examples/agents/replay.mjs runs/first-deploy.jsonl
//   flyops sandbox compare runs/first-deploy.jsonl again/first-deploy.jsonl
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'

const lines = (await readFile(process.argv[2], 'utf8')).split('\n').filter(Boolean)
const calls = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'call')

const client = new Client({ name: 'replay', version: '1' })
await client.connect(
  new StdioClientTransport({ command: 'flyops', args: ['serve'], env: process.env }),
)
try {
  for (const { tool, arguments: args } of calls) {
    const call = { name: tool, arguments: args }
    const { isError, content } = await client.callTool(call, undefined, { timeout: 120_000 })
    process.stdout.write(`${tool}: ${isError ? content[0].text : 'done'}\n`)
  }
} finally {
  await client.close()
}
