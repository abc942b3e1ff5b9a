import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { summarizeError, summarizeResult } from '../../src/cli/step-summary.js'
import { FlyopsError } from '../../src/errors.js'
import { createRedact } from '../../src/process/redact.js'
import { mainScript } from '../support/paths.js'

const redact = createRedact(['a*secret'])

test('a result is a sentence, its fields, and its lists as tables', () => {
  const output = {
    status: 'done',
    app: 'hello',
    verdict: 'degraded',
    plan: { machines: { created: 1 }, toml_changes: ['a → b'] },
    reasons: ['one machine|two', 'a*secret'],
    results: [
      { app: 'one', status: 'failed', reason: 'gone' },
      { app: 'two', status: 'deployed' },
    ],
    next: [],
  }
  expect(summarizeResult('ship', { output, summary: 'Shipped <b>it</b>.' }, redact)).toBe(`\
### ⚠️ flyops ship

Shipped \\<b>it\\</b>.

| | |
|---|---|
| app | hello |
| verdict | degraded |
| plan.machines | {"created":1} |

**plan.toml_changes**

- a → b

**reasons**

- one machine\\|two
- \\[redacted\\]

**results**

| app | status | reason |
| --- | --- | --- |
| one | failed | gone |
| two | deployed |  |

`)
})

test('an error has its remedy, the commands that repair it and the evidence, which no text can leave', () => {
  const error = new FlyopsError('unhealthy', 'deploy', 'hello is unhealthy.', {
    remedy: 'Read the log.',
    next: [{ tool: 'get_logs', arguments: { app: 'hello' }, why: 'shows it' }],
    evidence: '```\n# not a heading\na*secret',
  })
  const text = summarizeError('deploy-image', error, redact)
  expect(text).toContain('### ❌ flyops deploy-image\n\nhello is unhealthy. (unhealthy)\n')
  expect(text).toContain('```text\nflyops get-logs --app hello\n```')
  expect(text).toContain('````text\n```\n# not a heading\n[redacted]\n````')
})

test('in GitHub Actions every run adds its own to the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-summary-'))
  const file = join(folder, 'summary.md')
  const run = () =>
    execa(process.execPath, [mainScript, 'create-app', '--app', 'Bad_Name', '--json'], {
      cwd: folder,
      env: { GITHUB_STEP_SUMMARY: file },
      reject: false,
    })
  const { exitCode, stdout } = await run()
  await run()
  expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, 'invalid_input'])
  expect((await readFile(file, 'utf8')).match(/### ❌ flyops create-app/g)).toHaveLength(2)
  await rm(folder, { recursive: true, force: true })
})
