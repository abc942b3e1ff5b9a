import type { Client } from './client.js'
import {
  asOneCommand,
  keepsVariables,
  named,
  openFolder,
  plain,
  startFolder,
  typed,
} from './fields.js'
import { inApplicationData, inConfig, inFolderOf, inHome, inProject } from './folders.js'

/** Editors and other programs with windows. */
export const editors: readonly Client[] = [
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    docs: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'user',
        files: (where) => [inApplicationData(where, 'Claude', 'claude_desktop_config.json')],
        after: 'Quit Claude Desktop, and open it again.',
      },
    ],
    fields: plain,
    note: keepsVariables,
  },
  {
    name: 'vscode',
    title: 'VS Code',
    docs: 'https://code.visualstudio.com/docs/copilot/reference/mcp-configuration',
    format: 'json',
    serversKey: 'servers',
    places: [
      {
        scope: 'project',
        files: (where) => [inProject(where, '.vscode', 'mcp.json')],
        root: openFolder,
        after: 'Press Start above the entry in VS Code, which asks whether you trust it.',
      },
      {
        scope: 'user',
        files: (where) => [inApplicationData(where, 'Code', 'User', 'mcp.json')],
        root: openFolder,
        after: 'Press Start above the entry in VS Code, which asks whether you trust it.',
      },
    ],
    fields: typed,
  },
  {
    name: 'cursor',
    title: 'Cursor',
    docs: 'https://cursor.com/docs/mcp',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'project',
        files: (where) => [inProject(where, '.cursor', 'mcp.json')],
        root: openFolder,
        after: 'Switch flyops on in Cursor’s settings, under Tools & MCP.',
      },
      {
        scope: 'user',
        files: (where) => [inHome(where, '.cursor', 'mcp.json')],
        root: openFolder,
        after: 'Switch flyops on in Cursor’s settings, under Tools & MCP.',
      },
    ],
    fields: (entry) => ({ ...plain(entry), ...named('env:FLY_API_TOKEN') }),
  },
  {
    name: 'windsurf',
    title: 'Windsurf',
    docs: 'https://docs.windsurf.com/windsurf/cascade/mcp',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'user',
        files: (where) => [inHome(where, '.codeium', 'windsurf', 'mcp_config.json')],
        after: 'Press Refresh in Windsurf’s list of MCP servers.',
      },
    ],
    fields: (entry) => ({ ...plain(entry), ...named('env:FLY_API_TOKEN') }),
  },
  {
    name: 'zed',
    title: 'Zed',
    docs: 'https://zed.dev/docs/ai/mcp',
    format: 'json',
    serversKey: 'context_servers',
    places: [
      {
        scope: 'user',
        files: (where) => [
          where.platform === 'win32'
            ? inApplicationData(where, 'Zed', 'settings.json')
            : inConfig(where, 'zed', 'settings.json'),
        ],
        after: 'Zed starts it by itself.',
      },
    ],
    fields: (entry) => ({ source: 'custom', ...plain(entry) }),
  },
  {
    name: 'kiro',
    title: 'Kiro',
    docs: 'https://kiro.dev/docs/mcp/configuration',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'project',
        files: (where) => [inProject(where, '.kiro', 'settings', 'mcp.json')],
        after: 'Kiro connects by itself, and asks whether FLY_API_TOKEN may be read.',
      },
      {
        scope: 'user',
        files: (where) => [inHome(where, '.kiro', 'settings', 'mcp.json')],
        after: 'Kiro connects by itself, and asks whether FLY_API_TOKEN may be read.',
      },
    ],
    fields: (entry) => ({ ...plain(entry), ...named('FLY_API_TOKEN') }),
  },
  {
    name: 'cline',
    title: 'Cline',
    docs: 'https://docs.cline.bot/mcp/mcp-overview',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'user',
        files: (where) => [
          where.env.CLINE_MCP_SETTINGS_PATH ||
            inFolderOf(
              where,
              'CLINE_DATA_DIR',
              ['.cline', 'data'],
              'settings',
              'cline_mcp_settings.json',
            ),
        ],
        after: 'Cline starts it by itself; on the command line, start Cline again.',
      },
    ],
    fields: (entry) => ({ ...plain(entry), ...named('env:FLY_API_TOKEN') }),
  },
  {
    name: 'kilo',
    title: 'Kilo Code',
    docs: 'https://kilo.ai/docs/automate/mcp/using-in-kilo-code',
    format: 'json',
    serversKey: 'mcp',
    places: [
      {
        scope: 'project',
        files: (where) => [
          inProject(where, '.kilo', 'kilo.jsonc'),
          inProject(where, '.kilo', 'kilo.json'),
          inProject(where, 'kilo.jsonc'),
          inProject(where, 'kilo.json'),
        ],
        root: startFolder,
        after: 'Start Kilo again.',
      },
      {
        scope: 'user',
        files: (where) => [
          inConfig(where, 'kilo', 'kilo.jsonc'),
          inConfig(where, 'kilo', 'kilo.json'),
        ],
        after: 'Start Kilo again.',
      },
    ],
    fields: (entry) => ({ ...asOneCommand(entry), enabled: true }),
  },
  {
    name: 'antigravity',
    title: 'Antigravity',
    docs: 'https://antigravity.google/docs/mcp',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'user',
        files: (where) => [inHome(where, '.gemini', 'config', 'mcp_config.json')],
        after: 'Press Refresh in Antigravity, under Manage MCP Servers.',
      },
      {
        scope: 'project',
        files: (where) => [inProject(where, '.agents', 'mcp_config.json')],
        after: 'Press Refresh in Antigravity, under Manage MCP Servers.',
      },
    ],
    fields: plain,
    note: keepsVariables,
  },
]
