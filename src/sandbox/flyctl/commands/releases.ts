import type { Command } from 'commander'
import { z } from 'zod'
import { type AppFlags, findApp } from '../app-name.js'
import { wrapping } from '../failure.js'
import { goTime } from '../go-json.js'
import type { Host } from '../host.js'
import { releasesQuery } from '../queries.js'
import { openSession } from '../session.js'
import { appCommand, printJson } from './command.js'

const release = z.looseObject({
  id: z.string(),
  version: z.number(),
  description: z.string().nullish(),
  reason: z.string().nullish(),
  status: z.string().nullish(),
  imageRef: z.string().nullish(),
  stable: z.boolean().nullish(),
  user: z.looseObject({ id: z.string(), email: z.string(), name: z.string().nullish() }).nullish(),
  createdAt: z.string(),
})
const answer = z.object({ app: z.object({ releases: z.object({ nodes: z.array(release) }) }) })

export function releasesCommand(host: Host): Command {
  const command = appCommand('releases', 'List app releases').option(
    '--image',
    'Display the Docker image reference of the release',
  )
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { json?: boolean }>()
    const { graphql } = openSession(host, flags.accessToken)
    const { name: appName } = await findApp(host, flags)
    const { app } = await wrapping(`failed retrieving app releases ${appName}: `, () =>
      graphql({ query: releasesQuery, variables: { appName, limit: 25 } }, answer),
    )
    printJson(host, flags.json, app.releases.nodes.map(releaseView))
  })
}

/** The fields that the query leaves out are Go's zero values. */
function releaseView(found: z.infer<typeof release>) {
  const { user } = found
  return {
    ID: found.id,
    Version: found.version,
    Stable: found.stable ?? false,
    InProgress: false,
    Reason: found.reason ?? '',
    Description: found.description ?? '',
    Status: found.status ?? '',
    DeploymentStrategy: '',
    Metadata: null,
    User: {
      ID: user?.id ?? '',
      Name: user?.name ?? '',
      Email: user?.email ?? '',
      EnablePaidHobby: false,
    },
    EvaluationID: '',
    CreatedAt: goTime(found.createdAt),
    ImageRef: found.imageRef ?? '',
  }
}
