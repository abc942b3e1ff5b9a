import type { Scene } from './row.js'

/** A machine of the app, and the Machines API as its users ask it. */
export interface MachineCalls {
  readonly id: string
  /** Takes its lease for so long; resolves with what gives it back. */
  lease(seconds: number): Promise<() => Promise<unknown>>
}

/** The machines of a deployed app. */
export async function machinesOf({ app, env }: Scene): Promise<readonly MachineCalls[]> {
  const url = `${env.FLY_FLAPS_BASE_URL}/v1/apps/${app}/machines`
  const headers = { authorization: `Bearer ${env.FLY_API_TOKEN}` }
  const answer = await fetch(url, { headers })
  const found = (await answer.json()) as readonly { id: string }[]
  return found.map(({ id }) => ({
    id,
    async lease(seconds) {
      const lease = `${url}/${id}/lease`
      const taken = await fetch(`${lease}?ttl=${seconds}`, { method: 'POST', headers })
      const { data } = (await taken.json()) as { data: { nonce: string } }
      const giving = { ...headers, 'fly-machine-lease-nonce': data.nonce }
      return () => fetch(lease, { method: 'DELETE', headers: giving })
    },
  }))
}

/** A fault that strikes whoever waits for a machine of the app. */
export function whenWaited(kind: string) {
  return async (scene: Scene) =>
    (await machinesOf(scene)).map(({ id }) => `api ${kind} --path /machines/${id}/wait`)
}
