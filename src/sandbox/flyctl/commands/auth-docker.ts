import { dockerLogin } from '../docker-login.js'
import type { CommandSpec } from '../program/command.js'

export const authDocker: CommandSpec = {
  words: ['auth', 'docker'],
  about: 'Authenticate docker',
  flags: [],
  async run({ host, openApi }) {
    const { token } = openApi()
    const registry = host.env.FLY_REGISTRY_HOST || 'registry.fly.io'
    await dockerLogin(host, registry, token)
    host.out('Authentication successful. Credential expiration: unknown.\n')
    host.out(`\nYou can now tag and push images to ${registry}/{your-app}\n`)
  },
}
