import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { GetPromptResult } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { image } from './fixture-content.js'

type Content = GetPromptResult['messages'][number]['content']

export function registerFixturePrompts(mcp: McpServer): void {
  mcp.registerPrompt('test_simple_prompt', { description: 'A text' }, () =>
    asked(text('This is a simple prompt for testing.')),
  )
  mcp.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'A text with two arguments',
      argsSchema: {
        arg1: z.string().describe('The first'),
        arg2: z.string().describe('The second'),
      },
    },
    ({ arg1, arg2 }) => asked(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  )
  mcp.registerPrompt(
    'test_prompt_with_embedded_resource',
    {
      description: 'A resource and a text',
      argsSchema: { resourceUri: z.string().describe('URI of the resource') },
    },
    ({ resourceUri: uri }) => {
      const resource = {
        uri,
        mimeType: 'text/plain',
        text: 'Embedded resource content for testing.',
      }
      return asked(
        { type: 'resource', resource },
        text('Please process the embedded resource above.'),
      )
    },
  )
  mcp.registerPrompt('test_prompt_with_image', { description: 'An image and a text' }, () =>
    asked({ type: 'image', ...image }, text('Please analyze the image above.')),
  )
}

function asked(...contents: readonly Content[]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: 'user', content })) }
}

function text(words: string): Content {
  return { type: 'text', text: words }
}
