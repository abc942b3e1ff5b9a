import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RunResult } from '../../../../src/process/command.js'
import { commands } from '../../../../src/stand-in/program.js'
import { differences, type Shape } from '../../../sandbox/api/shape.js'
import { mainScript, printedForms } from '../../../support/paths.js'
import { flyctls, uniqueName } from '../../flyctls.js'
import { scratch, useOwnSandbox } from '../../test-sandbox.js'
import { pushImage, type Started, setScene } from '../scene.js'
import { storiesOfApps } from './of-apps.js'
import { storiesOfParts } from './of-parts.js'
import { beginStory, type Line } from './story.js'

// Nobody else asks what it does not know.
useOwnSandbox()

/** Of the JSON that a real flyctl printed. */
const forms: Readonly<Record<string, Shape>> = JSON.parse(await readFile(printedForms, 'utf8'))

const stories = Object.entries({ ...storiesOfApps, ...storiesOfParts })

describe.each(flyctls)('what else people do, with $name', ({ isThere, isReal, env }) => {
  describe.skipIf(!isThere)('is', () => {
    let image: string
    beforeAll(async () => {
      image = await pushImage(uniqueName('wider'), 'hello', 'hello')
    })

    const told = stories.filter(([, { isOfStandIn = false }]) => isReal || isOfStandIn)
    test.concurrent.for(told)('%s', async ([, { toml, lines }], { onTestFinished }) => {
      const scene = await setScene(env(), image)
      const story = await beginStory(scene, toml)
      // Its own, and so is the agent that some commands start.
      const FLY_CONFIG_DIR = `${scene.folder}-flyctl`
      onTestFinished(async () => {
        const isThere = existsSync(join(FLY_CONFIG_DIR, 'fly-agent.sock'))
        if (isThere) await scene.start(['agent', 'stop'], { env: { FLY_CONFIG_DIR } })
      })
      for (const each of lines) {
        const args = await each.args(story)
        if (!isReal && !isOfStandIn(args)) continue
        const env = { FLY_CONFIG_DIR, ...(await each.env?.(story)) }
        const stdin = typeof each.stdin === 'function' ? await each.stdin(story) : each.stdin
        const sent = stdin === undefined ? { env } : { env, stdin }
        const played = play(each, args, (options) => scene.start(args, { ...options, ...sent }))
        const { stdout, reply } = await played
        if (each.isKept) story.kept = (reply?.text ?? '').trim()
        if (each.form !== undefined) expectForm(each.form, stdout, isReal)
      }
      await scene.docker(['image', 'rm', story.local])
    })

    test('nothing that the sandbox does not know', async () => {
      expect(await unknownRequests()).toEqual([])
    })

    test.runIf(isReal)('told where the sandbox does not know it', async () => {
      const { app, api, start } = await setScene(env(), image)
      await api('/v1/apps', 'POST', { name: app, org_slug: 'personal' })
      const line = `ips allocate-egress --region ewr --yes --app ${app}`
      const { stderr } = await start(line.split(' '))
      expect(stderr).toContain('Unknown type "AllocateEgressIPAddressInput"')
      expect((await unknownRequests())[0]).toContain('GraphQL: Unknown type "AllocateEgressIP')
    })
  })
})

/** As `sandbox status` lists them. */
async function unknownRequests(): Promise<readonly string[]> {
  const args = ['sandbox', 'status', '--state', join(scratch(), 'sandbox')]
  const { stdout } = await execa(process.execPath, [mainScript, ...args])
  return stdout.split('\n').filter((text) => text.includes('unknown'))
}

/** The stand-in has some of flyctl's commands, and deploys in its own way of two. */
function isOfStandIn(args: readonly string[]): boolean {
  const text = args.join(' ')
  const isKnown = Object.keys(commands).some((name) => `${text} `.startsWith(`${name} `))
  return isKnown && !/--strategy (canary|bluegreen)/.test(text)
}

async function play(
  { says, until, fails }: Line,
  line: readonly string[],
  start: (options: Started) => Promise<RunResult>,
): Promise<RunResult> {
  const ending = new AbortController()
  const result = await start({
    signal: ending.signal,
    onLine: (text) => {
      if (until?.test(text)) ending.abort()
    },
  })
  const { outcome, stdout, stderr } = result
  const said = stripVTControlCharacters(`${stdout}\n${stderr}`)
  const ended = until === undefined ? 'ok' : 'cancelled'
  expect({ line, outcome, said }).toEqual({
    line,
    outcome: fails ? 'failed' : ended,
    said: says === undefined ? expect.any(String) : expect.stringMatching(says),
  })
  return result
}

/** The stand-in leaves out what it has no use for. */
function expectForm(form: string, stdout: string, isReal: boolean): void {
  // A line of the log is a text of its own.
  const texts = `[${stdout.trim().replaceAll(/^}\n{/gm, '},\n{')}]`
  const found = (JSON.parse(texts) as unknown[]).flatMap((each) =>
    differences(forms[form] ?? 'no form', each),
  )
  const isWrong = (difference: string) => isReal || !difference.endsWith(' is missing')
  expect({ form, found: found.filter(isWrong) }).toEqual({ form, found: [] })
}
