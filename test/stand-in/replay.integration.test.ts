import { readdirSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createDeployReader } from '../../src/fly/deploy-progress.js'
import { errorLineOf, flyctlFailure } from '../../src/fly/failures.js'
import { toMachine } from '../../src/fly/machines.js'
import { emittedRelease, toApp, toRelease } from '../../src/fly/read-replies.js'
import * as replies from '../../src/fly/replies.js'
import type { RunResult } from '../../src/process/command.js'
import { comparable, fixtures, type Ran, readTranscript, run, serve } from './replay.js'

const names = readdirSync(fixtures)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))

const expected = {
  stage: 'preflight',
  doing: 'replaying',
  app: undefined,
  apiUrl: 'http://127.0.0.1',
} as const

/** What src/fly reads of the commands that answer with JSON. */
const readers: Readonly<Record<string, (reply: unknown) => unknown>> = {
  'apps create': (reply) => toApp(replies.appReply.parse(reply), expected),
  'auth whoami': (reply) => replies.whoamiReply.parse(reply),
  'orgs list': (reply) => replies.orgsReply.parse(reply),
  releases: (reply) => replies.releasesReply.parse(reply).map(toRelease),
  'secrets list': (reply) => replies.secretsReply.parse(reply),
  status(reply) {
    const status = replies.statusReply.parse(reply)
    const { Version, Machines } = status
    return { ...toApp(status, expected), Version, machines: Machines?.map(toMachine) }
  },
}

describe('asks as the real flyctl did, and is read as it was', () => {
  test.for(names)('%s', async (name) => {
    const { command, env, stdin = '', exit, stdout, stderr, exchanges } = await readTranscript(name)
    await using server = await serve(exchanges)
    const ran = await run(command, { url: server.url, env, stdin })
    const recorded = { exit, stdout, stderr: stderr.replaceAll('{api}', server.url) }
    expect(asRead(command, ran)).toEqual(asRead(command, recorded))
    expect(comparable(name, server.asked)).toEqual(comparable(name, exchanges))
  })
})

/** What flyops makes of what was printed. */
function asRead(command: readonly string[], ran: Ran) {
  const stdout = stripVTControlCharacters(ran.stdout)
  const stderr = stripVTControlCharacters(ran.stderr)
  if (ran.exit !== 0) return { exit: ran.exit, ...failureOf({ stdout, stderr }) }
  const [first = '', second = ''] = command
  const reader = readers[first] ?? readers[`${first} ${second}`]
  return reader === undefined ? progressOf(stdout) : reader(JSON.parse(stdout))
}

function failureOf({ stdout, stderr }: Pick<RunResult, 'stdout' | 'stderr'>) {
  const ended = { outcome: 'failed', exitCode: 1, signal: undefined, durationMs: 0 } as const
  const result: RunResult = { ...ended, stdout, stderr }
  const { code, message } = flyctlFailure(result, { stage: 'deploy', doing: 'replaying' })
  return { code, message, line: errorLineOf(result) }
}

/** Flyctl announces some updates twice. */
function progressOf(stdout: string) {
  const reader = createDeployReader()
  const updates = stdout.split('\n').flatMap((line) => reader.read(line) ?? [])
  const messages = updates.map(({ message }) => message)
  const told = messages.filter((message, index) => message !== messages[index - 1])
  return { told, percent: updates.at(-1)?.percent, release: emittedRelease(stdout) }
}
