import { posix, win32 } from 'node:path'
import type { Client, ServerEntry, Surroundings } from './client.js'

const plain = ({ command, args }: ServerEntry) => ({ command, args: [...args] })

/** Each client's settings, as its documentation has them in 2026. */
export const clients: readonly Client[] = [
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    format: 'json',
    serversKey: 'mcpServers',
    file: (where) => inApplicationData(where, 'Claude', 'claude_desktop_config.json'),
    fields: plain,
  },
  {
    name: 'claude-code',
    title: 'Claude Code',
    format: 'json',
    serversKey: 'mcpServers',
    file: (where) => inProject(where, '.mcp.json'),
    fields: (entry) => ({ type: 'stdio', ...plain(entry) }),
  },
  {
    name: 'vscode',
    title: 'VS Code',
    format: 'json',
    serversKey: 'servers',
    file: (where) => inProject(where, '.vscode', 'mcp.json'),
    fields: (entry) => ({ type: 'stdio', ...plain(entry) }),
  },
  {
    name: 'cursor',
    title: 'Cursor',
    format: 'json',
    serversKey: 'mcpServers',
    file: (where) => inProject(where, '.cursor', 'mcp.json'),
    fields: plain,
  },
  {
    name: 'codex',
    title: 'Codex',
    format: 'toml',
    serversKey: 'mcp_servers',
    file: (where) => {
      const { CODEX_HOME } = where.env
      return CODEX_HOME
        ? join(where, CODEX_HOME, 'config.toml')
        : inHome(where, '.codex', 'config.toml')
    },
    // The first start of npx may take longer than the ten seconds that Codex waits by itself.
    fields: (entry) => ({ ...plain(entry), startup_timeout_sec: 60 }),
  },
  {
    name: 'windsurf',
    title: 'Windsurf',
    format: 'json',
    serversKey: 'mcpServers',
    file: (where) => inHome(where, '.codeium', 'windsurf', 'mcp_config.json'),
    fields: plain,
  },
  {
    name: 'zed',
    title: 'Zed',
    format: 'json',
    serversKey: 'context_servers',
    file: (where) =>
      where.platform === 'win32'
        ? inApplicationData(where, 'Zed', 'settings.json')
        : join(
            where,
            where.env.XDG_CONFIG_HOME || inHome(where, '.config'),
            'zed',
            'settings.json',
          ),
    fields: (entry) => ({ source: 'custom', ...plain(entry) }),
  },
]

function join({ platform }: Surroundings, ...parts: readonly string[]): string {
  return (platform === 'win32' ? win32 : posix).join(...parts)
}

function inProject(where: Surroundings, ...parts: readonly string[]): string {
  return join(where, where.root, ...parts)
}

function inHome(where: Surroundings, ...parts: readonly string[]): string {
  return join(where, where.home, ...parts)
}

/** Where the system keeps what applications set for a user. */
function inApplicationData(where: Surroundings, ...parts: readonly string[]): string {
  const { platform, env } = where
  if (platform === 'darwin') return inHome(where, 'Library', 'Application Support', ...parts)
  if (platform === 'win32')
    return join(where, env.APPDATA || inHome(where, 'AppData', 'Roaming'), ...parts)
  return join(where, env.XDG_CONFIG_HOME || inHome(where, '.config'), ...parts)
}
