import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import fc from 'fast-check'
import type { Caller } from '../../../src/access/caller.js'
import { fullScope } from '../../../src/access/caller.js'
import { compose } from '../../../src/compose.js'
import { unwatched } from '../../../src/flow/watch.js'
import { answerCall } from '../../../src/mcp/call.js'
import { loadSettings } from '../../../src/settings.js'
import { catalogue } from '../../../src/tools/catalogue.js'
import type { Tool } from '../../../src/tools/tool.js'
import { aimedCalls, arbitraryCall, type Call } from './arbitrary-calls.js'
import { createPrograms } from './program-answers.js'
import { createPlayedRegistry, type PlayedRegistry } from './registry-answers.js'
import { brokenRules, type Seen } from './rules.js'
import { installTripwires, type Play, type Tripwires } from './tripwires.js'
import { apiUrl, appHost, canaries, createWorld, registryHost, type World } from './world.js'

export interface CheckOptions {
  readonly runs: number
  /** What builds, `docker` unless given. */
  readonly builder?: 'fly' | undefined
  /** Of fast-check; it repeats a failure. */
  readonly seed?: number | undefined
  readonly path?: string | undefined
  /** Told of every call: `done` or the code of its error. */
  readonly onCall?: (tool: string, outcome: string) => void
  /** Told of every call that breaks a rule, in place of ending with the first. */
  readonly onBroken?: ((call: Call, broken: readonly string[]) => void) | undefined
}

/** Makes calls, and raises with the shortest one found that breaks a rule. */
export async function checkCalls({
  runs,
  builder,
  seed,
  path,
  onCall,
  onBroken,
}: CheckOptions): Promise<void> {
  const registry = createPlayedRegistry()
  const apps = await startApps(registry)
  const world = createWorld()
  process.env.TMPDIR = world.temporary
  const tripwires = installTripwires({
    reachable: new Map([appHost, registryHost].map((host) => [host, apps.port])),
  })
  const outside = await world.outsideNow()
  const property = fc.asyncProperty(arbitraryCall(catalogue), async (call) => {
    registry.clear()
    const seen = await make(call, { world, tripwires, registry, builder })
    onCall?.(call.tool, outcomeOf(seen.result))
    const broken = await brokenRules(seen, { world, outside })
    if (broken.length === 0) return
    if (onBroken === undefined) throw new Error(broken.join('\n'))
    onBroken(call, broken)
  })
  try {
    await fc.assert(property, {
      numRuns: runs,
      examples: aimedCalls(catalogue).map((call) => [call]),
      includeErrorInReport: true,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
    })
  } finally {
    await world.remove()
    apps.close()
  }
}

const callers: Readonly<Record<Call['caller'], Caller>> = {
  local: { owner: 'local', scope: fullScope },
  scoped: { owner: 'somebody', scope: { tools: ['*'], apps: ['hello'] } },
}

interface Surroundings extends Pick<CheckOptions, 'builder'> {
  readonly world: World
  readonly tripwires: Tripwires
  readonly registry: PlayedRegistry
}

/** One call of a new flyops, to the end of all that it started. */
async function make(
  call: Call,
  { world, tripwires, registry, builder }: Surroundings,
): Promise<Seen> {
  await world.reset()
  const ending = new AbortController()
  const { idle, ...parts } = await compose(settingsFor(world, builder), {
    pid: process.pid,
    ending: ending.signal,
    auditStream: process.stderr,
    watch: unwatched,
    flushWatch: async () => {},
  })
  const answerTo = createPrograms(call.mood, registry)
  const play: Play = ({ program, args, env }) => {
    if (program !== 'docker' && program !== 'flyctl') return undefined
    return (stdin) => answerTo(program, { args, env, stdin })
  }
  let result: CallToolResult | undefined
  const sightings = await tripwires.watch(async () => {
    const answer = await answerCall(
      toolNamed(call.tool),
      {
        caller: callers[call.caller],
        name: call.tool,
        args: call.args,
        signal: new AbortController().signal,
        keepsWork: () => false,
        takesTasks: false,
        sendProgress: undefined,
        askToType: undefined,
      },
      { ...parts, catalogue },
    )
    if (answer.kind === 'result') result = answer.result
    await idle()
  }, play)
  if (result === undefined) throw new Error('no result')
  const tool = toolNamed(call.tool)
  return { call, tool, result, sightings }
}

function toolNamed(name: string): Tool {
  const tool = catalogue.find((each) => each.name === name)
  if (tool === undefined) throw new Error(`there is no ${name}`)
  return tool
}

function settingsFor({ root, state, home, programs }: World, builder: CheckOptions['builder']) {
  const env = {
    ...(builder === undefined ? {} : { FLYOPS_BUILDER: builder }),
    PATH: process.env.PATH,
    HOME: home,
    FLYOPS_STATE_DIR: state,
    FLYOPS_DOCKER: `${programs}/docker`,
    FLYOPS_FLYCTL: `${programs}/flyctl`,
    FLYOPS_GIT_HOSTS: registryHost,
    FLYOPS_LOG_LEVEL: 'debug',
    FLY_REGISTRY_HOST: registryHost,
    FLY_API_BASE_URL: apiUrl,
    FLY_API_TOKEN: canaries.flyToken,
    FLYOPS_HTTP_TOKEN: canaries.httpToken,
    FLYOPS_GIT_TOKEN: canaries.gitToken,
    APP_SECRET: canaries.appSecret,
    GIT_CONFIG_NOSYSTEM: '1',
  }
  return loadSettings({ flags: { root }, env, cwd: root })
}

/** The code of an error, else `done`. */
function outcomeOf({ _meta }: CallToolResult): string {
  const error = _meta?.['flyops/error'] as { readonly code?: string } | undefined
  return error?.code ?? 'done'
}

/** What answers for every app, container and registry. */
async function startApps(registry: PlayedRegistry) {
  const server = createServer(({ url = '' }, response) => {
    const content = url.startsWith('/v2/') ? registry.at(url) : 'hello\n'
    if (content === undefined) response.writeHead(404)
    response.end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
