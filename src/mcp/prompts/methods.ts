import type { Caller } from '../../access/caller.js'
import type { JsonObject } from '../message.js'
import type { ServedParts } from '../served-parts.js'
import { complete, getPrompt, listPrompts } from './answer.js'

interface Asked {
  readonly caller: Caller
  readonly params: JsonObject
}

/** Prompts, and the completion of their arguments, which every version of the protocol has alike. */
export function promptMethods({ tools, policy, loadBackend }: ServedParts) {
  const requestOf = ({ caller, params }: Asked) => ({ caller, params, tools, policy })
  return {
    'prompts/list': (asked: Asked) => ({ prompts: listPrompts(requestOf(asked)) }),
    'prompts/get': (asked: Asked) => getPrompt(requestOf(asked)),
    'completion/complete': (asked: Asked) =>
      complete(requestOf(asked), async () => (await loadBackend()).names(asked.caller)),
  }
}
