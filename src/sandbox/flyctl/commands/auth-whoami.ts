import { Command } from 'commander'
import { z } from 'zod'
import { wrapping } from '../failure.js'
import { goJson } from '../go-json.js'
import type { Host } from '../host.js'
import { viewerQuery } from '../queries.js'
import { openSession } from '../session.js'

const viewer = z.object({ viewer: z.looseObject({ email: z.string() }) })

interface Flags {
  readonly json?: boolean
  readonly accessToken?: string
}

export function authWhoamiCommand(host: Host): Command {
  const command = new Command('whoami')
    .description('Show the currently authenticated user')
    .option('-j, --json', 'JSON output')
  return command.action(async () => {
    const { json, accessToken } = command.optsWithGlobals<Flags>()
    const { graphql } = openSession(host, accessToken)
    const { email } = await wrapping('failed retrieving current user: ', async () => {
      const found = await graphql({ query: viewerQuery }, viewer)
      return found.viewer
    })
    host.out(json ? goJson({ email }) : `${email}\n`)
  })
}
