import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createCutOff } from '../support/cut-off.js'
import { mainScript } from '../support/paths.js'
import { createProjectWith, type Project } from '../support/project.js'
import { addFault, endFaults } from './fault.js'
import { sandboxEnv, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

const program = process.env.FLYOPS_CHROMIUM ?? pathOf('chromium')

function pathOf(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

/** What it says may be anything. */
const saying = '<script>document.title = "taken over"</script>'
const serve = `echo '${saying}'; exec httpd -f -p 8080 -h /www`
const dockerfile = `FROM busybox
STOPSIGNAL SIGKILL
RUN mkdir /www && echo works >/www/index.html
CMD ${JSON.stringify(['sh', '-c', serve])}
`

/** What axe finds. The page may load and run nothing; the reader of its faults stands outside of it. */
async function readerFaults(page: Page): Promise<unknown> {
  const world = await page.context().newCDPSession(page)
  const { frameTree } = await world.send('Page.getFrameTree')
  const { executionContextId: contextId } = await world.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  })
  const run = (expression: string) =>
    world.send('Runtime.evaluate', {
      contextId,
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
  await run(await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8'))
  const { result } = await run(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
  )
  return result.value
}

describe.skipIf(program === undefined)('the window of the sandbox, in Chromium', () => {
  const app = uniqueName('seen')
  const failures: string[] = []
  let browser: Browser
  let page: Page
  let url: string
  let project: Project
  let client: TestClient

  beforeAll(async () => {
    const state = join(scratch(), 'sandbox')
    const args = [mainScript, 'sandbox', 'status', '--state', state]
    const { stdout } = await execa(process.execPath, args, { env: sandboxEnv() })
    url = /window +(\S+)/.exec(stdout)?.[1] ?? ''
    browser = await chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox'] })
    page = await browser.newPage()
    page.on('pageerror', (error) => failures.push(String(error)))
    page.on('console', (message) => {
      // Networks of other sandboxes come and go: then Chromium begins each connection anew.
      if (message.type() === 'error' && !message.text().includes('ERR_NETWORK_CHANGED'))
        failures.push(message.text())
    })
    project = await createProjectWith(app, (root) =>
      writeFile(join(root, 'Dockerfile'), dockerfile),
    )
    client = await connectClient({ root: project.root, env: sandboxEnv() })
    await page.goto(url)
  })
  afterAll(async () => {
    await client?.call('destroy_app', { app, confirm: app })
    await client?.close()
    await project?.remove()
    await browser?.close()
  })

  test('shows an app that is deployed, without being loaded again', async () => {
    // Others ask the same sandbox: only the newest requests are shown.
    const asked = page
      .getByText(`POST /v1/apps/${app}/machines`)
      .first()
      .waitFor({ timeout: 120_000 })
    await client.call('ship', { app })
    await asked
    const row = page.locator('#apps').getByRole('row').filter({ hasText: app })
    await row.getByText('started').waitFor()
    await row.getByText('passing').waitFor()
  })

  test('shows its releases and its log, in which nothing is more than text', async () => {
    await page.getByRole('button', { name: app }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: app }).waitFor()
    await page.getByRole('log').getByText(saying).waitFor()
    expect(await page.title()).toBe('The local Fly')
  })

  test('adds a fault and clears it, by the keyboard alone', async () => {
    await page.getByLabel('App', { exact: true }).focus()
    await page.keyboard.type('no-such-app')
    await page.keyboard.press('Enter')
    const fault = page.getByRole('listitem').filter({ hasText: 'api status of no-such-app' })
    await fault.waitFor()
    await fault.getByRole('button').focus()
    await page.keyboard.press('Enter')
    await fault.waitFor({ state: 'detached' })
  })

  test('offers the faults of each place', async () => {
    await page.getByLabel('Place').selectOption('platform')
    expect(await page.getByLabel('Kind').locator('option').allTextContents()).toEqual([
      'clock-skew',
    ])
  })

  test('goes on after its connection was cut', async () => {
    const { origin, hash } = new URL(url)
    const way = await createCutOff(Number(new URL(origin).port))
    const other = await browser.newPage()
    await other.goto(`http://127.0.0.1:${way.port}/window/index.html${hash}`)
    await other.getByRole('button', { name: app }).click()
    await other.getByRole('log').getByText(saying).waitFor()
    await way.cut()
    await other.getByText('The sandbox does not answer; trying again.').waitFor()
    const fault = await addFault('registry', 'hang', '--app', 'after-cut')
    await way.open()
    const shown = other.getByRole('listitem').filter({ hasText: 'registry hang of after-cut' })
    await shown.waitFor()
    await other.getByText(/^Live\./).waitFor()
    await other.getByRole('heading', { name: app }).waitFor()
    await endFaults([fault])
    await other.close()
    await way.cut()
  })

  test('shows a scenario as it runs: its steps, its calls, its score', async () => {
    const file = join(scratch(), 'look.toml')
    const goals = ['nothing is left', 'at most 0 calls']
    await writeFile(file, `title = "A look"\ntask = "Look."\ngoals = ${JSON.stringify(goals)}\n`)
    const goOn = join(scratch(), 'go-on')
    const command = `flyops list-apps; while [ ! -e ${goOn} ]; do sleep 0.1; done`
    const args = ['sandbox', 'run', '--window', '--scenario', file, '--', 'sh', '-c', command]
    const run = execa(process.execPath, [mainScript, ...args], {
      env: { ...sandboxEnv(), FLYOPS_STATE_DIR: join(scratch(), 'looked-at') },
      reject: false,
    })
    const said = Promise.withResolvers<string>()
    run.stderr?.on('data', (text) => {
      const [, address] = / window (\S+)\n/.exec(String(text)) ?? []
      if (address !== undefined) said.resolve(address)
    })
    const seen = await browser.newPage()
    await seen.goto(await said.promise)
    await seen.getByRole('heading', { name: 'Scenario: A look' }).waitFor()
    await seen.getByRole('cell', { name: 'list_apps' }).waitFor()
    const step = seen.locator('[aria-current=step]')
    expect(await step.textContent()).toBe('the command runs')
    expect(await seen.getByText('○ not judged: nothing is left').count()).toBe(1)
    expect(await readerFaults(seen)).toEqual([])
    await writeFile(goOn, '')
    await seen.getByText('50 of 100, with 1 call.').waitFor()
    await seen.getByText('✗ not reached: at most 0 calls: it was 1').waitFor()
    await seen.getByText('The run is over, and its sandbox gone.').waitFor()
    expect(await step.textContent()).toBe('over')
    expect((await run).exitCode).toBe(1)
    await seen.close()
  })

  test('is no fault for a screen reader, light, dark and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width: colorScheme === 'dark' ? 400 : 1200, height: 800 })
      expect(await readerFaults(page)).toEqual([])
      const overflows = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
      expect(overflows).toBe(false)
    }
  })

  test('tells nothing without its key, and serves no other site', async () => {
    const { origin } = new URL(url)
    expect((await fetch(`${origin}/sandbox/window`)).status).toBe(401)
    const headers = { origin: 'http://elsewhere.example' }
    expect((await fetch(`${origin}/window/index.html`, { headers })).status).toBe(403)
    const { headers: told } = await fetch(`${origin}/window/index.html`)
    expect(told.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('has had no error', () => {
    expect(failures).toEqual([])
  })
})
