import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { TestClient } from './client.js'

export interface Call {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
}

interface Result {
  readonly verdict?: string
  readonly result?: { readonly verdict?: string }
  readonly next?: readonly Call[]
}

/**
 * An agent that only follows `next`: an error's calls replace its plan, and where the plan is done it
 * takes what the last result proposes. Ends at a healthy app; gives the calls that it took.
 */
export async function followNext(
  { client }: TestClient,
  first: Call,
  limit = 6,
): Promise<readonly string[]> {
  const made: string[] = []
  let plan: readonly Call[] = [first]
  while (made.length < limit) {
    const [call, ...rest] = plan
    if (call === undefined) throw new Error(`nothing to follow after ${made.join(', ')}`)
    made.push(call.tool)
    const answer = (await client.callTool(
      { name: call.tool, arguments: { ...call.arguments } },
      undefined,
      { timeout: 120_000 },
    )) as CallToolResult
    if (answer.isError) {
      plan = (answer._meta?.['flyops/error'] as Result | undefined)?.next ?? []
      continue
    }
    const result = answer.structuredContent as Result
    if ((result.verdict ?? result.result?.verdict) === 'healthy') return made
    plan = rest.length > 0 ? rest : (result.next ?? [])
  }
  throw new Error(`not healthy after ${made.join(', ')}`)
}
