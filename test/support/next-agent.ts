import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { TestClient } from './client.js'

export interface Call {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
}

interface Result {
  readonly status?: string
  readonly verdict?: string
  readonly result?: { readonly verdict?: string }
  readonly next?: readonly Call[]
}

/**
 * An agent that only follows `next`: the calls of an error, or of a job that is not done, come before
 * what was planned; where nothing is planned any more, it takes what the last result proposes. Ends at a
 * healthy app; gives the calls that it made.
 */
export async function followNext(
  { client }: TestClient,
  first: Call,
  limit = 6,
): Promise<readonly Call[]> {
  const made: Call[] = []
  let plan: readonly Call[] = [first]
  while (made.length < limit) {
    const [call, ...rest] = plan
    if (call === undefined) throw new Error(`nothing to follow after ${toolsOf(made)}`)
    made.push(call)
    const { isDone, verdict, next } = await answerTo(call, client)
    if (verdict === 'healthy') return made
    if (isDone) plan = rest.length > 0 ? rest : next
    else plan = next.length > 0 ? [...next, ...rest] : []
  }
  throw new Error(`not healthy after ${toolsOf(made)}`)
}

async function answerTo(call: Call, client: TestClient['client']) {
  const answer = (await client.callTool(
    { name: call.tool, arguments: { ...call.arguments } },
    undefined,
    { timeout: 175_000 },
  )) as CallToolResult
  if (answer.isError) {
    const { next = [] } = (answer._meta?.['flyops/error'] ?? {}) as Result
    return { isDone: false, verdict: undefined, next }
  }
  const { status = 'done', verdict, result, next = [] } = answer.structuredContent as Result
  return { isDone: status === 'done', verdict: verdict ?? result?.verdict, next }
}

function toolsOf(calls: readonly Call[]): string {
  return calls.map(({ tool }) => tool).join(', ')
}
