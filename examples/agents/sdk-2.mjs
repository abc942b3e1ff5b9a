// An agent with the second SDK of MCP (@modelcontextprotocol/client), in an experiment:
//   flyops sandbox run --scenario first-deploy -- node examples/agents/sdk-2.mjs
import process from 'node:process'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { followNext } from './follow-next.mjs'

const client = new Client(
  { name: 'follow-next', version: '1' },
  { versionNegotiation: { mode: 'auto' } },
)
await client.connect(
  new StdioClientTransport({ command: 'flyops', args: ['serve'], env: process.env }),
)
try {
  await client.listTools()
  await followNext(JSON.parse(process.env.FLYOPS_FIRST_CALL), (name, args) =>
    client.callTool({ name, arguments: args }, { timeout: 120_000 }),
  )
} finally {
  await client.close()
}
