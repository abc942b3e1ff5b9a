import { project, repository } from './project.mjs'

/**
 * What the MCP registry lists, by its schema of 2025-12-11 (modelcontextprotocol/registry,
 * docs/reference/server-json). `mcpb` is the file name and the SHA-256 of the bundle.
 */
export function serverJson(mcpb) {
  const { name, version, description, homepage, mcpName } = project
  const transport = { type: 'stdio' }
  const environmentVariables = [
    {
      name: 'FLY_API_TOKEN',
      description: 'From `fly tokens create`; not needed after `fly auth login`.',
      isRequired: false,
      isSecret: true,
    },
  ]
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: mcpName,
    title: name,
    description,
    version,
    websiteUrl: homepage,
    repository: { url: repository, source: 'github' },
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        runtimeHint: 'npx',
        transport,
        packageArguments: [
          { type: 'positional', value: 'serve' },
          {
            type: 'named',
            name: '--root',
            description: 'The folder with your Dockerfile; no call leads out of it.',
            format: 'filepath',
            isRequired: true,
          },
        ],
        environmentVariables,
      },
      {
        registryType: 'mcpb',
        identifier: `${repository}/releases/download/v${version}/${mcpb.file}`,
        version,
        fileSha256: mcpb.sha256,
        transport,
      },
    ],
  }
}
