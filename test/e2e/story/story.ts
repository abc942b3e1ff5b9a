import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProject, type Project } from '../../support/project.js'
import type { ShownSteps } from '../../support/steps.js'
import { uniqueName } from '../flyctls.js'

export interface Answer {
  readonly output: Readonly<Record<string, unknown>>
  /** Of an error. */
  readonly code: string | undefined
  readonly text: string
  /** Of the command line. */
  readonly exitCode: number | undefined
}

export interface Carrier {
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<Answer>
  close(): Promise<void>
}

export interface Teller {
  readonly name: string
  /** Whether it has exit statuses. */
  readonly isCommandLine: boolean
  /** How many apps the image goes to; one is not there. */
  readonly fleetSize: number
  open(root: string): Promise<Carrier>
}

const broken = 'FROM busybox\nCMD ["sh", "-c", "echo no database >&2; exit 1"]\n'

/** The README tells this story; here one carrier a file tells it, and so they do side by side. */
export function tellStory({ name, isCommandLine, fleetSize, open }: Teller): void {
  describe(`the story of a commit, by ${name}`, () => {
    const app = uniqueName('story')
    const fleet = Array.from({ length: fleetSize }, () => uniqueName('fleet'))
    let project: Project
    let carrier: Carrier
    let image: unknown

    beforeAll(async () => {
      project = await createProject('hello')
      carrier = await open(project.root)
    })
    afterAll(async () => {
      await carrier?.close()
      await project?.remove()
    })

    function expectExit({ exitCode }: Answer, status: number): void {
      expect(exitCode).toBe(isCommandLine ? status : undefined)
    }

    function statuses({ output }: Answer): Readonly<Record<string, string>> {
      const steps = Object.entries((output.steps ?? {}) as ShownSteps)
      const rows = (output.results ?? []) as Readonly<Record<string, string>>[]
      return Object.fromEntries([
        ...steps.map(([step, text]) => [step, text.replace(/\W.*$/s, '')]),
        ...rows.map((row) => [row.app, row.status ?? '']),
      ])
    }

    test('it is shipped, and proven healthy', async () => {
      const shipped = await carrier.call('ship', { app })
      expect(shipped.output).toMatchObject({ verdict: 'healthy', release: 1 })
      expect(new Set(Object.values(statuses(shipped)))).toEqual(new Set(['done']))
      expectExit(shipped, 0)
      image = shipped.output.image
    })

    test('shipped again, there is nothing to do', async () => {
      const again = await carrier.call('ship', { app })
      expect(new Set(Object.values(statuses(again)))).toEqual(new Set(['skipped']))
      expect(again.output).toMatchObject({ verdict: 'healthy', release: 1 })
    })

    test('a commit that breaks it is refused by the local test', async () => {
      await project.write('Dockerfile', broken)
      await project.git('commit', '--all', '--message', 'Break it')
      const refused = await carrier.call('ship', { app })
      expect(refused.code).toBe('test_failed')
      expect(refused.text).toContain('no database')
      expectExit(refused, 1)
    })

    test('without the test it arrives, does not work, and the old one is back and verified', async () => {
      const failed = await carrier.call('ship', {
        app,
        skip_test: true,
        rollback_on_failure: true,
        wait_timeout: '30s',
      })
      expect(failed.code).toBe('unhealthy')
      expect(failed.text).toContain('Rolled back')
      expectExit(failed, 1)
      const seen = await carrier.call('check_health', { app, expect_image: image })
      expect(seen.output).toMatchObject({ verdict: 'healthy', release: 3 })
    })

    test(`the good image goes to ${fleetSize} apps, of which one does not take it`, async () => {
      const [missing, ...others] = fleet.toReversed()
      for (const each of others) await carrier.call('create_app', { app: each })
      const promoted = await carrier.call('promote_image', {
        from_app: app,
        apps: fleet,
        continue_on_failure: true,
      })
      expect(promoted.output.status).toBe('partly_done')
      expectExit(promoted, 4)
      const counted = Object.entries(statuses(promoted)).filter(
        ([, status]) => status === 'deployed',
      )
      expect(counted).toHaveLength(fleetSize - 1)
      expect(statuses(promoted)[missing ?? '']).toBe('failed')
      expect(JSON.stringify(promoted.output).length).toBeLessThan(3_000)
    })

    test('one goes back to what it had', async () => {
      const [first = ''] = fleet
      const changed = await carrier.call('deploy_image', { app: first, image, interval: '20s' })
      expect(changed.output).toMatchObject({ release: 2, verdict: 'healthy' })
      const back = await carrier.call('rollback', { app: first })
      expect(back.output).toMatchObject({ returned_to: 1, release: 3, verdict: 'healthy' })
      expectExit(back, 0)
    })

    test('what runs where is known', async () => {
      const { output } = await carrier.call('list_images', { app })
      const images = output.images as { image: string; deployed_in: { app: string }[] }[]
      const running = images.find((each) => each.image === image)?.deployed_in ?? []
      const apps = running.map((each) => each.app).sort()
      expect(apps).toEqual([app, ...fleet.slice(0, -1)].sort())
    })

    test('and what is not needed any more goes', async () => {
      expectExit(await carrier.call('destroy_app', { app, confirm: 'another' }), 2)
      const gone = await carrier.call('destroy_app', { app, confirm: app })
      expect(gone.output).toMatchObject({ destroyed: true })
      expect((await carrier.call('check_health', { app })).code).toBe('app_not_found')
    })
  })
}
