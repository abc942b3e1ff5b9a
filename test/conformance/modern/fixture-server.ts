import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { callTool } from '../../../src/mcp/modern/call.js'
import type { Method, ModernServer } from '../../../src/mcp/modern/handle.js'
import { listen } from '../../../src/mcp/modern/listen.js'
import { modernVersion, ProtocolError, tasksExtension } from '../../../src/mcp/modern/protocol.js'
import { taskMethods } from '../../../src/mcp/modern/tasks.js'
import { createFixtureServer } from '../fixture-server.js'
import { asking, askingTools, questionOf } from './asking.js'
import { createFixtureBackend, taskTools } from './fixture-backend.js'

const cached = { ttlMs: 1_000, cacheScope: 'private' }

/** Tools that a stateless server is tried with. */
const plainTools = ['test_streaming_elicitation', 'test_logging_tool', 'test_trigger_tool_change']

/**
 * What the official suite expects to find on a server of MCP 2026-07-28, behind our envelope, HTTP, calls, tasks and
 * subscriptions: tools, prompts and resources are those of the fixtures for the versions before it.
 */
export async function createModernFixture(ending: AbortSignal): Promise<ModernServer> {
  const legacy = new Client({ name: 'fixture', version: '1.0.0' })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await createFixtureServer().connect(theirs)
  await legacy.connect(ours)
  const backend = createFixtureBackend(legacy)
  const loadBackend = async () => backend
  const call = callTool(loadBackend)
  return {
    info: { name: 'conformance-fixtures', version: '1.0.0' },
    onError: (error) => process.stderr.write(`${error}\n`),
    methods: {
      'server/discover': () => ({
        supportedVersions: [modernVersion],
        capabilities: {
          tools: {},
          prompts: {},
          resources: {},
          completions: {},
          extensions: { [tasksExtension]: {} },
        },
        ...cached,
      }),
      'tools/list': async () => {
        const { tools } = await legacy.listTools()
        const more = [...askingTools, ...taskTools, ...plainTools].map((name) => ({
          name,
          description: `Answers as ${name}`,
          inputSchema: { type: 'object' },
        }))
        return { tools: [...tools, ...more, schemaTool], ...cached }
      },
      'tools/call': asking((request) =>
        plainTools.includes(String(request.params.name))
          ? { content: [{ type: 'text', text: 'Done' }] }
          : call(request),
      ),
      'prompts/list': async () => ({ ...(await legacy.listPrompts()), ...cached }),
      'prompts/get': async (request) => {
        const { name, arguments: args } = request.params
        if (name !== 'test_input_required_result_prompt')
          return legacy.getPrompt({ name: String(name), arguments: { ...Object(args) } })
        return questionOf(name, request) ?? { messages: [] }
      },
      'resources/list': async () => ({ ...(await legacy.listResources()), ...cached }),
      'resources/templates/list': async () => ({
        ...(await legacy.listResourceTemplates()),
        ...cached,
      }),
      'resources/read': readResource(legacy),
      'completion/complete': () => ({ completion: { values: [] } }),
      'subscriptions/listen': listen(loadBackend, ending),
      ...taskMethods(loadBackend),
    },
  }
}

function readResource(legacy: Client): Method {
  return async ({ params: { uri } }) => {
    const read = await legacy.readResource({ uri: String(uri) }).catch(() => {
      throw new ProtocolError(-32_602, 'Resource not found', { data: { uri } })
    })
    return { ...read, ...cached }
  }
}

const schemaTool = {
  name: 'json_schema_2020_12_tool',
  description: 'Has a schema of many words',
  inputSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: { address: { $anchor: 'addressDef', type: 'object' } },
    properties: { name: { type: 'string' } },
    allOf: [{ anyOf: [{ required: ['name'] }] }],
    if: { required: ['name'] },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: {},
    else: {},
    additionalProperties: false,
  },
}
