// What flyops is measured against: the least that a server with six tools can be, on the same SDK, not bundled.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'

const server = new McpServer({ name: 'baseline', version: '0.0.0' })
for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
  server.registerTool(name, { description: 'Does nothing.' }, () => ({ content: [] }))
}
await server.connect(new StdioServerTransport())
