import { describe } from 'vitest'
import { connectClient } from '../../support/client.js'
import { flyctls } from '../flyctls.js'
import { type Answer, type Carrier, tellStory } from './story.js'

async function openMcp(root: string, env: Record<string, string>): Promise<Carrier> {
  const { client, close } = await connectClient({ root, env })
  return {
    close,
    async call(name, args) {
      const result = await client.callTool({ name, arguments: { ...args } }, undefined, {
        timeout: 180_000,
      })
      const [{ text }] = result.content as [{ text: string }]
      const error = result._meta?.['flyops/error'] as { code: string } | undefined
      const output = (result.structuredContent ?? {}) as Answer['output']
      return { output, code: error?.code, text, exitCode: undefined }
    },
  }
}

describe.each(flyctls)('with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('from one end to the other', () => {
    tellStory({
      name: 'MCP',
      isCommandLine: false,
      fleetSize: 12,
      open: (root) => openMcp(root, env()),
    })
  })
})
