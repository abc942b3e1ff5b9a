import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { audio, image } from './fixture-content.js'

type Content = CallToolResult['content']

const contents: Readonly<Record<string, Content>> = {
  test_simple_text: [{ type: 'text', text: 'This is a simple text response for testing.' }],
  test_image_content: [{ type: 'image', ...image }],
  test_audio_content: [{ type: 'audio', ...audio }],
  test_embedded_resource: [
    resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ],
  test_multiple_content_types: [
    { type: 'text', text: 'Multiple content types test:' },
    { type: 'image', ...image },
    resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ],
}

export function registerFixtureTools(mcp: McpServer): void {
  for (const [name, content] of Object.entries(contents)) {
    mcp.registerTool(name, { description: `Answers as ${name}` }, () => ({ content }))
  }
  mcp.registerTool('test_error_handling', { description: 'Fails' }, () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  registerTalkingTools(mcp)
}

/** Those that send notifications before their answer. */
function registerTalkingTools(mcp: McpServer): void {
  const inputSchema = z.strictObject({})
  mcp.registerTool(
    'test_tool_with_logging',
    { description: 'Logs while it works', inputSchema },
    async (_args, { sendNotification }) => {
      for (const data of [
        'Tool execution started',
        'Tool processing data',
        'Tool execution completed',
      ]) {
        await sendNotification({ method: 'notifications/message', params: { level: 'info', data } })
      }
      return { content: [{ type: 'text', text: 'Logged' }] }
    },
  )
  mcp.registerTool(
    'test_tool_with_progress',
    { description: 'Tells of its progress', inputSchema },
    async (_args, { sendNotification, _meta }) => {
      const { progressToken } = _meta ?? {}
      if (progressToken === undefined) throw new Error('No progress was asked for')
      for (const progress of [0, 50, 100]) {
        const params = { progressToken, progress, total: 100 }
        await sendNotification({ method: 'notifications/progress', params })
      }
      return { content: [{ type: 'text', text: String(progressToken) }] }
    },
  )
}

function resource(uri: string, mimeType: string, text: string): Content[number] {
  return { type: 'resource', resource: { uri, mimeType, text } }
}
