import { expect } from 'vitest'
import { mcpHeaders } from './http-server.js'

/** A message that came back, response or notification. */
export interface Told {
  readonly id?: unknown
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

export const withTasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

let requests = 0

/** A request of MCP 2026-07-28, each with an id of its own. */
export function modernRequest(method: string, params: object = {}, capabilities: object = {}) {
  requests += 1
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    ...('_meta' in params ? Object(params._meta) : {}),
  }
  return { jsonrpc: '2.0' as const, id: requests, method, params: { ...params, _meta } }
}

type ModernRequest = ReturnType<typeof modernRequest>

/** The same over HTTP, with the headers that it must have. */
export function modernPost(request: ModernRequest, token?: string) {
  const { name, taskId } = request.params as { name?: string; taskId?: string }
  const named = name ?? taskId
  return {
    method: 'POST',
    headers: {
      ...mcpHeaders,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': request.method,
      ...(named === undefined ? {} : { 'mcp-name': named }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(request),
  }
}

/** The messages of an answer, one by one as they come, whether it is JSON or a stream. */
export async function* messagesOf(response: Response): AsyncGenerator<Told> {
  if (response.headers.get('content-type')?.includes('json')) {
    yield (await response.json()) as Told
    return
  }
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '))
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length)) as Told
    }
  }
}

/** The next message; fails the test where none comes. */
export async function next(messages: AsyncIterator<Told>): Promise<Told> {
  const { value, done } = await messages.next()
  expect(done).not.toBe(true)
  return value
}
