import { type CallManner, type CallRequest, callNamed } from '../named-call.js'
import { offeredTools } from '../offered-tools.js'
import { promptMethods } from '../prompts/methods.js'
import type { ServedParts } from '../served-parts.js'

export interface LegacyRequest extends CallRequest, Omit<CallManner, 'takesTasks'> {}

/** Answers one method with its result; raises `ProtocolError`. */
export type LegacyMethod = (request: LegacyRequest) => Promise<object> | object

/** What clients that begin with `initialize` may ask for when they have shaken hands, whatever they come by. */
export function legacyMethods(parts: ServedParts): Readonly<Record<string, LegacyMethod>> {
  const { tools, policy, loadBackend } = parts
  return {
    ...promptMethods(parts),
    'tools/list': ({ caller }) => ({ tools: offeredTools(tools, { policy, caller }) }),
    async 'tools/call'(request) {
      const { keepsWork, askToType } = request
      const answer = await callNamed(loadBackend, request, {
        keepsWork,
        askToType,
        takesTasks: false,
      })
      return answer.kind === 'result' ? answer.result : {}
    },
  }
}
