import { int, string, struct, type ValueOf } from '../go/types.js'
import { createBackoff, sleep } from '../program/clock.js'
import { httpStatusOf } from '../program/failure.js'
import { type App, type AppCompact, app, appCompact } from '../shapes/app.js'
import type { Api } from './api.js'
import { ignored } from './machines-api.js'
import { appCompactQuery, appQuery } from './queries.js'

const newApp = struct('flaps.CreateAppRequest', {
  name: string,
  org_slug: string,
  network: string,
  app_role_id: string,
})

/** An app as the Machines API shows it. */
export const flapsApp = struct('flaps.App', {
  id: string,
  name: string,
  internal_numeric_id: int,
  network: string,
  status: string,
  organization: struct('flaps.AppOrganizationInfo', { name: string, slug: string }),
})

export type FlapsApp = ValueOf<typeof flapsApp>

const visibleWithinMs = 60_000

/** Creates an app and waits until the API shows it. */
export async function createApp(api: Api, name: string, organization: string): Promise<void> {
  const value = { name, org_slug: organization, network: '', app_role_id: '' }
  await api.machines({
    method: 'POST',
    path: '?wait=true',
    input: { type: newApp, value },
    answer: ignored,
  })
  const deadlineMs = Date.now() + visibleWithinMs
  const backoff = createBackoff(100, 500)
  for (;;) {
    try {
      await getFlapsApp(api, name)
      return
    } catch (error) {
      const isHidden = [401, 404].includes(httpStatusOf(error) ?? 0)
      if (!isHidden || Date.now() > deadlineMs) throw error
    }
    await sleep(backoff(), api.signal)
  }
}

export function getFlapsApp({ machines }: Api, name: string): Promise<FlapsApp> {
  return machines({ path: `/${name}`, answer: flapsApp })
}

export async function getApp({ ask }: Api, appName: string): Promise<App> {
  const answer = struct('Query', { app })
  return (await ask({ query: appQuery, variables: { appName }, answer })).app ?? {}
}

export async function getAppCompact({ ask }: Api, appName: string): Promise<AppCompact> {
  const answer = struct('Query', { appcompact: appCompact })
  return (await ask({ query: appCompactQuery, variables: { appName }, answer })).appcompact ?? {}
}
