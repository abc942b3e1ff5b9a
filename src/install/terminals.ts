import type { Client } from './client.js'
import { asOneCommand, named, plain, startFolder, typed } from './fields.js'
import { inApplicationData, inConfig, inFolderOf, inHome, inProject } from './folders.js'

/** Programs of the terminal. */
export const terminals: readonly Client[] = [
  {
    name: 'claude-code',
    title: 'Claude Code',
    docs: 'https://code.claude.com/docs/en/mcp',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'project',
        files: (where) => [inProject(where, '.mcp.json')],
        root: startFolder,
        after: 'Claude Code asks for your approval when it is next started in this folder.',
      },
      {
        scope: 'user',
        files: (where) => [inHome(where, '.claude.json')],
        after: 'Start Claude Code again.',
      },
    ],
    fields: typed,
  },
  {
    name: 'codex',
    title: 'Codex',
    docs: 'https://developers.openai.com/codex/mcp',
    format: 'toml',
    serversKey: 'mcp_servers',
    places: [
      {
        scope: 'user',
        files: (where) => [inFolderOf(where, 'CODEX_HOME', ['.codex'], 'config.toml')],
        after: 'Start Codex again.',
      },
      {
        scope: 'project',
        files: (where) => [inProject(where, '.codex', 'config.toml')],
        root: startFolder,
        after: 'Start Codex again; it reads this file in projects that you trust.',
      },
    ],
    // The first start of npx may take longer than the ten seconds that Codex waits by itself.
    fields: (entry) => ({
      ...plain(entry),
      env_vars: ['FLY_API_TOKEN'],
      startup_timeout_sec: 60,
    }),
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    docs: 'https://geminicli.com/docs/tools/mcp-server',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'project',
        files: (where) => [inProject(where, '.gemini', 'settings.json')],
        root: startFolder,
        after:
          'Start Gemini CLI again in this folder; it reads the file in folders that you trust.',
      },
      {
        scope: 'user',
        files: (where) => [inHome(where, '.gemini', 'settings.json')],
        after: 'Start Gemini CLI again.',
      },
    ],
    fields: (entry) => ({ ...plain(entry), ...named('FLY_API_TOKEN') }),
  },
  {
    name: 'copilot-cli',
    title: 'GitHub Copilot CLI',
    docs: 'https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers',
    format: 'json',
    serversKey: 'mcpServers',
    places: [
      {
        scope: 'user',
        files: (where) => [inFolderOf(where, 'COPILOT_HOME', ['.copilot'], 'mcp-config.json')],
        after: 'Type /mcp reload in Copilot CLI, or start it again.',
      },
      {
        scope: 'project',
        files: (where) => [inProject(where, '.github', 'mcp.json')],
        root: startFolder,
        after:
          'Start Copilot CLI again in this folder; it reads the file in folders that you trust.',
      },
    ],
    fields: (entry) => ({
      ...plain(entry),
      type: 'local',
      tools: ['*'],
      ...named('FLY_API_TOKEN'),
    }),
  },
  {
    name: 'opencode',
    title: 'opencode',
    docs: 'https://opencode.ai/docs/mcp-servers',
    format: 'json',
    serversKey: 'mcp',
    // Of version 2, which reads the form of version 1 too (opencode.ai/docs/migrate-v1).
    innerKey: 'servers',
    places: [
      {
        scope: 'project',
        files: (where) => [
          inProject(where, 'opencode.json'),
          inProject(where, 'opencode.jsonc'),
          inProject(where, '.opencode', 'opencode.json'),
          inProject(where, '.opencode', 'opencode.jsonc'),
        ],
        root: startFolder,
        after: 'Start opencode again.',
      },
      {
        scope: 'user',
        files: (where) => [
          inConfig(where, 'opencode', 'opencode.json'),
          inConfig(where, 'opencode', 'opencode.jsonc'),
        ],
        after: 'Start opencode again.',
      },
    ],
    fields: asOneCommand,
  },
  {
    name: 'goose',
    title: 'Goose',
    docs: 'https://block.github.io/goose/docs/guides/config-files',
    format: 'yaml',
    serversKey: 'extensions',
    places: [
      {
        scope: 'user',
        files: (where) => [
          where.platform === 'win32'
            ? inApplicationData(where, 'Block', 'goose', 'config', 'config.yaml')
            : inConfig(where, 'goose', 'config.yaml'),
        ],
        after: 'Begin a new session of Goose.',
      },
    ],
    fields: ({ command, args }) => ({
      type: 'stdio',
      name: 'flyops',
      enabled: true,
      cmd: command,
      args: [...args],
      timeout: 300,
    }),
  },
]
