import type { Repair } from './diagnosis.js'

type Fixed = Readonly<Record<string, unknown>>

/** Templates of calls of flyops' tools; `needs` are the fields that only the caller knows. */
export function buildImage(why: string, fixed: Fixed = {}): Repair {
  return { tool: 'build_image', arguments: fixed, needs: ['app'], why }
}

export function pushImage(why: string): Repair {
  return { tool: 'push_image', arguments: {}, needs: ['image'], why }
}

export function createApp(why: string, needs: readonly string[] = ['app']): Repair {
  return { tool: 'create_app', arguments: {}, needs, why }
}

/** `more` are the fields that the repair changes. */
export function deployImage(
  why: string,
  more: { readonly fixed?: Fixed; readonly needs?: readonly string[] } = {},
): Repair {
  const { fixed = {}, needs = [] } = more
  return { tool: 'deploy_image', arguments: fixed, needs: ['app', 'image', ...needs], why }
}

export function listReleases(why: string): Repair {
  return { tool: 'list_releases', arguments: {}, needs: ['app'], why }
}

export function checkHealth(why: string): Repair {
  return { tool: 'check_health', arguments: {}, needs: ['app'], why }
}
