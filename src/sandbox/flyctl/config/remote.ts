import type { Api } from '../api/api.js'
import { currentConfigQuery } from '../api/queries.js'
import { decode } from '../go/decode.js'
import { any, pointer, struct } from '../go/types.js'
import { FlyctlError } from '../program/failure.js'
import { type AppConfig, appConfig } from '../shapes/app-config.js'

const answer = struct('Query', {
  app: struct('App', {
    currentReleaseUnprocessed: pointer(struct('Release', { configDefinition: any })),
  }),
})

/** The configuration of the newest release. Raises FlyctlError before the first. */
export async function fetchConfig({ ask }: Api, appName: string): Promise<AppConfig> {
  const operationName = 'FlyctlConfigCurrentRelease'
  const variables = { appName }
  const { app } = await ask({ query: currentConfigQuery, operationName, variables, answer })
  const definition = app?.currentReleaseUnprocessed?.configDefinition
  if (definition === undefined)
    throw new FlyctlError(
      'failed to grab app config from existing machines, error: no machines found',
    )
  return { ...decode(appConfig, definition), app: appName }
}
