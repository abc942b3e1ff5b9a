import { z } from 'zod'
import { graphqlApp } from './app-view.js'
import { wrapping } from './failure.js'
import { listMachines } from './flaps.js'
import type { Host } from './host.js'
import { appCompactQuery } from './queries.js'
import type { Session } from './session.js'

const answer = z.object({
  secrets: z
    .array(
      z.looseObject({
        name: z.string(),
        digest: z.string().nullish(),
        updated_at: z.string().nullish(),
      }),
    )
    .nullish(),
})

export type SecretChange = Readonly<Record<string, string | null>>

/** The app's secrets by name, without their values. */
export async function listSecrets({ flaps }: Session, app: string) {
  const { secrets } = await flaps({ method: 'GET', path: `/apps/${app}/secrets` }, answer)
  return secrets ?? []
}

export interface SecretUpdate {
  readonly app: string
  /** null takes a secret away. */
  readonly change: SecretChange
  readonly stage: boolean
}

/** Sets and takes away secrets; unless they are staged, what runs is restarted with them. */
export async function updateSecrets(
  host: Host,
  session: Session,
  { app, change, stage }: SecretUpdate,
): Promise<void> {
  const { graphql, flaps } = session
  const query = { query: appCompactQuery, variables: { appName: app } }
  await graphql(query, z.object({ appcompact: graphqlApp }))
  const body = { values: change }
  await wrapping('update secrets: ', () =>
    flaps({ method: 'POST', path: `/apps/${app}/secrets`, body }, z.looseObject({})),
  )
  if (stage) {
    return host.out(
      'Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take effect.\n',
    )
  }
  const machines = await listMachines(flaps, app)
  if (machines.length === 0) return host.out('Secrets are staged for the first deployment\n')
}
