import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { faultOf } from './command-lines.js'

const workflow = z.object({
  on: z.object({ push: z.object({ branches: z.array(z.string()) }) }),
  permissions: z.object({ contents: z.literal('read') }),
  concurrency: z.object({ 'cancel-in-progress': z.literal(false) }),
  jobs: z.record(
    z.string(),
    z.object({
      'runs-on': z.string(),
      env: z.record(z.string(), z.string()),
      steps: z.array(
        z.union([z.object({ uses: z.string() }), z.object({ name: z.string(), run: z.string() })]),
      ),
    }),
  ),
})

test('the example for GitHub Actions is a workflow whose commands flyops takes', async () => {
  const file = new URL('../../examples/github-actions.yml', import.meta.url)
  const { jobs } = workflow.parse(parse(await readFile(file, 'utf8')))
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  const commands = steps.flatMap((step) => ('run' in step ? step.run.trim().split('\n') : []))
  expect(commands).toContainEqual(expect.stringContaining('flyops ship --app hello'))
  for (const command of commands) expect(faultOf(command), command).toBeUndefined()
})
