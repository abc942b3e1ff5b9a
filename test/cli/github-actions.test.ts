import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { faultOf } from './command-lines.js'

const workflow = z.object({
  permissions: z.object({ contents: z.literal('read') }),
  concurrency: z.object({ 'cancel-in-progress': z.literal(false) }),
  jobs: z.record(
    z.string(),
    z.object({
      'runs-on': z.string(),
      steps: z.array(z.union([z.object({ uses: z.string() }), z.object({ run: z.string() })])),
    }),
  ),
})

test.each([
  ['github-actions.yml', ['ship']],
  ['preview.yml', ['ship', 'destroy-app']],
])('the example %s is a workflow whose commands flyops takes', async (name, verbs) => {
  const file = new URL(`../../examples/${name}`, import.meta.url)
  const { jobs } = workflow.parse(parse(await readFile(file, 'utf8')))
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  const lines = steps.flatMap((step) => ('run' in step ? step.run.trim().split('\n') : []))
  const commands = lines.filter((line) => line.includes('flyops '))
  expect(commands.map((line) => /flyops (\S+)/.exec(line)?.[1])).toEqual(verbs)
  for (const command of commands)
    expect(faultOf(command.replaceAll('"$APP"', 'hello-pr-7')), command).toBeUndefined()
})
