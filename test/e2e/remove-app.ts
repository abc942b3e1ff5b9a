import { sandboxEnv } from './flyctls.js'

/** Takes an app away by the API alone. One that crashes would be started again ten times, next to the other tests. */
export async function removeApp(app: string): Promise<void> {
  const { FLY_FLAPS_BASE_URL, FLY_API_TOKEN } = sandboxEnv()
  const headers = { authorization: `Bearer ${FLY_API_TOKEN}` }
  await fetch(`${FLY_FLAPS_BASE_URL}/v1/apps/${app}`, { method: 'DELETE', headers })
}
