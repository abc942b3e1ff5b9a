import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { NextCall } from '../../src/errors.js'
import { catalogue } from '../../src/tools/catalogue.js'

/** Raises where a result or an error offers a call that its tool would not take as it stands. */
export function checkOfferedCalls({ structuredContent, _meta }: CallToolResult): void {
  const holders = [structuredContent, _meta?.['flyops/error']] as readonly Offering[]
  for (const { tool: name, arguments: args } of holders.flatMap((each) => each?.next ?? [])) {
    const tool = catalogue.find((each) => each.name === name)
    const parsed = tool?.input.safeParse(args)
    if (parsed?.success !== true) {
      throw new Error(`${name} would not take ${JSON.stringify(args)}: ${parsed?.error.message}`)
    }
  }
}

type Offering = { readonly next?: readonly NextCall[] } | undefined
