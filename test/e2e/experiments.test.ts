import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/sandbox/experiments/record.js'
import { mainScript, projectRoot } from '../support/paths.js'
import { sandboxInUse, scratch } from './test-sandbox.js'

const agent = (name: string) => [process.execPath, join(projectRoot, 'examples', 'agents', name)]

/** `flyops sandbox …` on the engine that all tests share, with the stand-in. */
function flyops(...args: readonly string[]) {
  const { DOCKER_HOST = process.env.DOCKER_HOST, FLYOPS_DOCKER } = sandboxInUse().env
  const env = {
    DOCKER_HOST,
    FLYOPS_DOCKER,
    FLYOPS_SANDBOX_PRIVATE_NETWORK: 'off',
    FLYOPS_STATE_DIR: join(scratch(), 'experiments'),
    FLYOPS_FLYCTL: '/none',
  }
  return execa(process.execPath, [mainScript, 'sandbox', ...args], { env, reject: false })
}

function run(scenario: string, records: string, command: readonly string[], ...more: string[]) {
  const where = ['--scenario', scenario, '--record', join(scratch(), records)]
  return flyops('run', ...where, ...more, '--', ...command)
}

const record = (records: string, scenario: string) => join(scratch(), records, `${scenario}.jsonl`)

/** What struck, and what it met. */
async function strikes(file: string): Promise<readonly string[]> {
  const entries = (await readFile(file, 'utf8')).split('\n').filter(Boolean)
  const found = entries.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'fault')
  return found.map(({ fault, met }) => `${fault} ${met}`)
}

describe('an agent that follows `next` alone', () => {
  let outcomes: readonly Outcome[]
  beforeAll(async () => {
    const { stdout, stderr } = await run(
      'all',
      'first',
      agent('sdk-1.mjs'),
      '--json',
      '--at-once',
      '4',
    )
    expect(stdout, stderr).toMatch(/^\[/)
    outcomes = JSON.parse(stdout)
  })

  test('reaches every goal of the twelve scenarios', () => {
    expect(outcomes).toHaveLength(12)
    const missed = outcomes.flatMap(({ scenario, goals, output }) =>
      goals.filter(({ reached }) => !reached).map((goal) => ({ scenario, ...goal, output })),
    )
    expect(missed).toEqual([])
  })

  test('meets the faults of a scenario', () => {
    const struck = outcomes.filter(({ faults }) => faults > 0).map(({ scenario }) => scenario)
    expect(struck).toEqual(['cut-connections', 'expired-login', 'rate-limit', 'slow-platform'])
  })

  test('leaves a record without the secrets of the scenario', async () => {
    const text = await readFile(join(scratch(), 'first', 'needed-secret.jsonl'), 'utf8')
    expect(text).toContain('"tool":"ship"')
    expect(text).not.toContain('pw-7f3a91c2e5')
  })

  const python = process.env.FLYOPS_PYTHON_MCP
  const pythonAgent = join(projectRoot, 'examples', 'agents', 'python-sdk.py')
  const others = [
    {
      how: 'with the second SDK, and meets the same faults',
      scenario: 'cut-connections',
      command: agent('sdk-2.mjs'),
    },
    {
      how: 'from its record',
      scenario: 'first-deploy',
      command: [...agent('replay.mjs'), 'RECORD'],
    },
    ...(python
      ? [
          {
            how: 'with the Python SDK',
            scenario: 'rate-limit',
            command: [python, pythonAgent],
          },
        ]
      : []),
  ]

  test.each(others)('makes the same calls again $how', async ({ scenario, command }) => {
    const [first, again] = [record('first', scenario), record('again', scenario)]
    const line = command.map((part) => (part === 'RECORD' ? first : part))
    const { exitCode, stdout } = await run(scenario, 'again', line)
    expect(stdout).toContain(`| ${scenario} | 100 |`)
    expect(exitCode).toBe(0)
    const compared = await flyops('compare', first, again)
    expect(compared.stdout).toMatch(/ = \w+ \{/)
    expect(compared.exitCode).toBe(0)
    expect(await strikes(again)).toEqual(await strikes(first))
  })
})

test('a sandbox comes up where a scenario begins, with a fault to be met', async () => {
  const state = ['--state', join(scratch(), 'begun')]
  try {
    const { stdout, stderr } = await flyops(
      'up',
      '--scenario',
      'slow-platform',
      '--seed',
      '7',
      ...state,
    )
    expect(stdout, stderr).toContain('Bring the app in this repository to Fly as `hello`.')
    const root = /project {3}(\S+)/.exec(stdout)?.[1] ?? ''
    expect(await readFile(join(root, 'info'), 'utf8')).toBe('Health Ok! first')
    const commits = await execa('git', ['log', '--format=%s'], { cwd: root })
    expect(commits.stdout).toBe('Begin')
    const faults = await flyops('fault', 'list', ...state)
    expect(faults.stdout).toMatch(/ api latency .*seconds=0.5.*probability=0.3.*seed=70050/)
  } finally {
    await flyops('reset', ...state)
  }
})

test('a command that does nothing reaches too little', async () => {
  const { exitCode, stdout } = await run('first-deploy', 'nothing', ['true'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain('not reached: hello is healthy: it has no machine')
})
