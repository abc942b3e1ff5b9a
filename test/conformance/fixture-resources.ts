import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { image } from './fixture-content.js'

export function registerFixtureResources(mcp: McpServer): void {
  const textUris = ['test://static-text', 'test://watched-resource']
  for (const uri of textUris) {
    mcp.registerResource(uri, uri, { description: 'A text', mimeType: 'text/plain' }, () => ({
      contents: [
        { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
      ],
    }))
  }
  const binaryUri = 'test://static-binary'
  const { data: blob, mimeType } = image
  mcp.registerResource(binaryUri, binaryUri, { description: 'An image', mimeType }, () => ({
    contents: [{ uri: binaryUri, mimeType, blob }],
  }))
  mcp.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'A text for every id', mimeType: 'application/json' },
    ({ href: uri }, { id }) => ({
      contents: [
        {
          uri,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  )
}
