// An agent with the first SDK of MCP (@modelcontextprotocol/sdk), in an experiment:
//   flyops sandbox run --scenario first-deploy -- node examples/agents/sdk-1.mjs
import process from 'node:process'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { followNext } from './follow-next.mjs'

const client = new Client({ name: 'follow-next', version: '1' })
await client.connect(
  new StdioClientTransport({ command: 'flyops', args: ['serve'], env: process.env }),
)
try {
  await client.listTools()
  await followNext(JSON.parse(process.env.FLYOPS_FIRST_CALL), (name, args) =>
    client.callTool({ name, arguments: args }, undefined, { timeout: 120_000 }),
  )
} finally {
  await client.close()
}
