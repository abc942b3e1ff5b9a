import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clients } from '../../src/install/clients.js'
import { mainScript } from '../support/paths.js'
import { populate, populatedFor, put, serversIn, settingsFile } from './put.js'

let folder: string

/** Found by the name that settings have, it starts the built program, and writes down what it was given. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-started-'))
  await mkdir(join(folder, 'bin'))
  const npx = join(folder, 'bin', 'npx')
  await writeFile(
    npx,
    `#!/bin/sh\nprintf '%s' "\${FLY_API_TOKEN-none}" > "$FLYOPS_SEEN"\nshift 2\nexec '${process.execPath}' '${mainScript}' "$@"\n`,
  )
  await chmod(npx, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Variables = Readonly<Record<string, string>>

interface Rule {
  /** Those of its own variables that a client passes on. */
  readonly passes: (name: string) => boolean
  /** What it fills in for a text of the settings, or leaves as it is. */
  readonly fills?: RegExp
  /** Whether a login in its environment gets to flyops. */
  readonly token: boolean
}

const everything: Rule = { passes: () => true, token: true }
/** What SDK clients pass on by themselves (client/stdio.ts, getDefaultEnvironment). */
const ofTheSdk = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER']
const fromEnv = /\$\{env:(\w+)\}/g
const braces = /\$\{(\w+)\}/g

/** Each client's own rule for the environment of what it starts, as its documentation or its source has it. */
const rules: Readonly<Record<string, Rule>> = {
  'claude-desktop': { passes: (name) => ofTheSdk.includes(name), token: false },
  'claude-code': { ...everything, fills: braces },
  vscode: everything,
  cursor: { passes: (name) => ofTheSdk.includes(name), fills: fromEnv, token: true },
  // codex-rs/rmcp-client/src/utils.rs, DEFAULT_ENV_VARS
  codex: {
    passes: (name) => [...ofTheSdk, 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'].includes(name),
    token: true,
  },
  windsurf: { passes: (name) => ofTheSdk.includes(name), fills: fromEnv, token: true },
  zed: everything,
  // packages/core/src/services/environmentSanitization.ts
  gemini: { passes: (name) => !/TOKEN|SECRET|KEY|AUTH/.test(name), fills: braces, token: true },
  // "The PATH variable is automatically inherited. All other environment variables must be configured."
  'copilot-cli': { passes: (name) => name === 'PATH', fills: braces, token: true },
  kiro: { passes: (name) => ofTheSdk.includes(name), fills: braces, token: true },
  // apps/vscode/src/services/mcp/McpHub.ts
  cline: { passes: (name) => ofTheSdk.includes(name), fills: fromEnv, token: true },
  opencode: everything,
  goose: everything,
  kilo: everything,
  antigravity: { passes: (name) => ofTheSdk.includes(name), token: false },
}

interface Entry {
  readonly command?: string | readonly string[]
  readonly cmd?: string
  readonly args?: readonly string[]
  readonly env?: Variables
  readonly env_vars?: readonly string[]
}

/** What a client starts that has these settings and these variables. */
function startOf(entry: Entry, rule: Rule, own: Variables, root: string) {
  const filled = (text: string) =>
    (rule.fills === undefined ? text : text.replaceAll(rule.fills, (_all, name) => own[name] ?? ''))
      // VS Code's and Cursor's word for the folder that is open.
      .replaceAll(/\$\{workspaceFolder\}/g, root)
  const passed = Object.entries(own).filter(
    ([name]) => rule.passes(name) || entry.env_vars?.includes(name),
  )
  const named = Object.entries(entry.env ?? {}).map(([name, text]) => [name, filled(text)])
  const [program = '', ...args] = [entry.command ?? entry.cmd ?? '', entry.args ?? []].flat()
  return {
    program,
    args: args.map(filled),
    env: { ...Object.fromEntries(passed), ...Object.fromEntries(named) } as Variables,
  }
}

/** The names of the tools that a server lists, asked in the oldest way. */
async function toolsOf(
  { program, args, env }: ReturnType<typeof startOf>,
  cwd: string,
): Promise<readonly string[]> {
  const server = spawn(program, args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  const ask = async (method: string, params: object) => {
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: method, method, params })}\n`)
    return JSON.parse((await lines.next()).value ?? '{}').result
  }
  const clientInfo = { name: 'test', version: '1' }
  await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo })
  const { tools } = await ask('tools/list', {})
  server.stdin.end()
  await ended
  return tools.map(({ name }: { name: string }) => name)
}

test.each(clients)('$title starts what its settings say', async (client) => {
  const home = await mkdtemp(join(folder, 'home-'))
  const root = join(home, 'project')
  await mkdir(root)
  const file = await populate(settingsFile(client, home), populatedFor(client))
  await put(client, home)
  const seen = join(home, 'seen')
  const own = {
    HOME: home,
    PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    FLY_API_TOKEN: 'fo1_secret',
    FLYOPS_SEEN: seen,
  }
  const rule = rules[client.name]
  if (rule === undefined) throw new Error(`How ${client.name} passes variables on is not known.`)
  const { flyops } = serversIn(client, await readFile(file, 'utf8'))
  const started = startOf(flyops as Entry, rule, own, root)
  // Clients of the terminal start servers where they were started; the others name the folder.
  const env = { ...started.env, FLYOPS_SEEN: seen }
  const tools = await toolsOf({ ...started, program: npxIn(own.PATH, started.program), env }, root)
  expect(tools).toContain('ship')
  expect(await readFile(seen, 'utf8')).toBe(rule.token ? 'fo1_secret' : 'none')
  expect(await readFile(file, 'utf8')).not.toContain('fo1_secret')
})

/** As the system finds a program by the PATH of whoever starts it. */
function npxIn(path: string, program: string): string {
  expect(program).toBe('npx')
  return join(path.split(delimiter)[0] ?? '', program)
}
