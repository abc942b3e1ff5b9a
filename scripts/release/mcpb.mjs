import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { v0_4 } from '@anthropic-ai/mcpb/schemas'
import { zipSync } from 'fflate'
import { json, project, repository } from './project.mjs'

/** ZIP has no earlier time, and keeps it without a zone. */
const noTime = new Date(1980, 0, 1)

/**
 * The bundle for Claude Desktop and others that install MCPB: the published package, and a manifest that says how it
 * is started. `mcpb pack` puts the time into it; this one is the same each time.
 */
export async function mcpbOf(folder) {
  const tools = JSON.parse(await readFile(join(folder, 'dist', 'tools.json'), 'utf8'))
  const manifest = v0_4.McpbManifestSchema.parse(manifestOf(tools))
  const entries = [['manifest.json', [Buffer.from(json(manifest)), ofMode(0o644)]]]
  for (const name of ['package.json', 'LICENSE', 'README.md', 'dist']) {
    entries.push(...(await entriesOf(folder, join(folder, name))))
  }
  return zipSync(Object.fromEntries(entries), { level: 9, mtime: noTime })
}

function manifestOf(tools) {
  const { name, version, description, license, author, keywords, homepage, engines } = project
  return {
    manifest_version: '0.4',
    name,
    version,
    description,
    author: { name: author },
    repository: { type: 'git', url: repository },
    homepage,
    documentation: homepage,
    support: `${repository}/issues`,
    license,
    keywords,
    server: {
      type: 'node',
      entry_point: project.bin.flyops,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${project.bin.flyops}`, 'serve', '--root', `\${user_config.root}`],
        env: { FLY_API_TOKEN: `\${user_config.fly_api_token}` },
      },
    },
    tools: tools.map((tool) => ({ name: tool.name, description: tool.description })),
    // They are asked of the server, for a manifest must hold their texts.
    prompts_generated: true,
    compatibility: {
      platforms: ['darwin', 'linux', 'win32'],
      runtimes: { node: engines.node },
    },
    user_config: {
      root: {
        type: 'directory',
        title: 'Project folder',
        description: 'The folder with your Dockerfile; no call leads out of it.',
        required: true,
      },
      fly_api_token: {
        type: 'string',
        title: 'Fly token',
        description: 'From `fly tokens create`; not needed after `fly auth login`.',
        sensitive: true,
        required: false,
        default: '',
      },
    },
  }
}

/** The files below a path, by their paths from the folder on. */
async function entriesOf(folder, path) {
  const found = await stat(path)
  if (found.isDirectory()) {
    const names = (await readdir(path)).sort()
    return (await Promise.all(names.map((name) => entriesOf(folder, join(path, name))))).flat()
  }
  const name = relative(folder, path).split(sep).join('/')
  return [[name, [await readFile(path), ofMode(found.mode)]]]
}

/** With permissions, as Unix has them. */
function ofMode(mode) {
  return { os: 3, attrs: (mode & 0o111 ? 0o755 : 0o644) << 16 }
}
