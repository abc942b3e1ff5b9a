import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  CompleteRequestSchema,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { registerFixturePrompts } from './fixture-prompts.js'
import { registerFixtureResources } from './fixture-resources.js'
import { registerFixtureTools } from './fixture-tools.js'

/**
 * What the official suite expects to find on a server, by the names and texts of its own example
 * (modelcontextprotocol/conformance, examples/servers/typescript/everything-server.ts), but for what
 * asks the client something: without sessions its answer reaches no server that waits for it.
 */
export function createFixtureServer(): Server {
  const mcp = new McpServer(
    { name: 'conformance-fixtures', version: '1.0.0' },
    { capabilities: { resources: { subscribe: true }, logging: {}, completions: {} } },
  )
  registerFixtureTools(mcp)
  registerFixtureResources(mcp)
  registerFixturePrompts(mcp)
  mcp.server.setRequestHandler(SetLevelRequestSchema, () => ({}))
  mcp.server.setRequestHandler(SubscribeRequestSchema, () => ({}))
  mcp.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}))
  mcp.server.setRequestHandler(CompleteRequestSchema, () => ({ completion: { values: [] } }))
  return mcp.server
}
