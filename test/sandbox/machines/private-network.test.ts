import { expect, test } from 'vitest'
import { createLog } from '../../../src/log.js'
import { createDockerCli } from '../../../src/sandbox/engine/docker-cli.js'
import { createPrivateNetwork } from '../../../src/sandbox/machines/private-network.js'

/** An engine that refuses commands with one of those words in them. */
function create(...refused: readonly string[]) {
  const made: (readonly string[])[] = []
  const docker = createDockerCli({
    program: 'docker',
    env: {},
    async run({ args }) {
      const isRefused = args.some((argument) => refused.includes(argument))
      if (!isRefused && args.includes('create')) made.push(args)
      const said = { stdout: '', stderr: isRefused ? 'no pool' : '', durationMs: 0 }
      const end = isRefused
        ? ({ outcome: 'failed', exitCode: 1 } as const)
        : ({ outcome: 'ok', exitCode: 0 } as const)
      return { ...end, ...said, signal: undefined }
    },
  })
  return {
    made,
    network: createPrivateNetwork({ docker, sandboxId: '0123abcd', log: createLog('silent') }),
  }
}

test('a sandbox has a network of its own, with IPv6', async () => {
  const { made, network } = create()
  expect(await network).toEqual({ name: 'flyops-0123abcd', hasIpv6: true })
  expect(made).toHaveLength(1)
  expect(made[0]).toEqual(expect.arrayContaining(['--subnet=fdaa:0123:abcd:a7b::/64']))
})

test('an engine without IPv6 makes one without', async () => {
  const { made, network } = create('--ipv6')
  expect(await network).toEqual({ name: 'flyops-0123abcd', hasIpv6: false })
  expect(made).toHaveLength(1)
})

test('an engine that makes none is told, with its words', async () => {
  await expect(create('create', 'inspect').network).rejects.toMatchObject({
    code: 'docker_daemon_down',
    evidence: 'no pool',
  })
})
