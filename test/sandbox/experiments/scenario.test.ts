import { expect, test } from 'vitest'
import { goal, goalForms } from '../../../src/sandbox/experiments/goals.js'
import { readLibrary } from '../../../src/sandbox/experiments/library.js'
import { readScenario } from '../../../src/sandbox/experiments/scenario.js'
import { projectRoot } from '../../support/paths.js'

const read = (text: string) => readScenario(text, { name: 'mine', file: 'mine.toml' })

const whole = `title = "A deploy"
task = "Deploy it."
goals = ["hello is healthy"]
`

/** What is said of a scenario that is refused. */
function problemOf(text: string): string {
  try {
    read(text)
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_input' })
    return (error as Error).message.replace('mine.toml is no scenario: ', '')
  }
  throw new Error('it was taken')
}

test('the twelve that come with flyops are scenarios, with a first call for agents', async () => {
  const all = await readLibrary(`${projectRoot}/scenarios`)
  expect(all).toHaveLength(12)
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['first-deploy', 'promotion-while-a-region-fails']),
  )
  expect(all.filter(({ first }) => first === undefined)).toEqual([])
})

test('what is left out has its preset', () => {
  expect(read(whole)).toMatchObject({ name: 'mine', seed: 1, timeout: 300_000, faults: [] })
})

test.each([
  ['is no TOML', `${whole}seed = \n`, 'line 4: '],
  ['has a field too many', `${whole}sed = 1\n`, 'Unrecognized key: "sed"'],
  ['has a goal that nobody understands', whole.replace('healthy', 'fine'), 'line 3, goals[0]: '],
  ['lasts for ever', `${whole}timeout = "long"\n`, 'line 4, timeout: it must be a duration'],
  [
    'has a fault of a wrong kind',
    `${whole}[[faults]]\nplace = "api"\nkind = "hang"\n\n[[faults]]\nplace = "machine"\nkind = "hang"\n`,
    'line 10, faults[1].kind: api has',
  ],
  [
    'writes outside the project',
    `${whole}[files]\n"../x" = ""\n`,
    'line 5, files.../x: it must be a path inside the project',
  ],
  ['writes into git', `${whole}[files]\n".git/config" = ""\n`, 'line 5, files..git/config: '],
])('one that %s is refused by line and field', (_name, text, problem) => {
  expect(problemOf(text)).toContain(problem)
})

test.each([
  ['hello is healthy', 'healthy', ['hello']],
  ['hello runs the first commit', 'runs', ['hello', 'first']],
  ['hello/info contains Health Ok!', 'contains', ['hello', '/info', 'Health Ok!']],
  ['no app but hello, hello-2', 'only', ['hello, hello-2']],
  ['secret DATABASE_URL is not shown', 'hidden', ['DATABASE_URL']],
  ['no request DELETE /v1/apps/*', 'noRequest', ['DELETE', '/v1/apps/*']],
  ['at most 20 kB to the model', 'atMost', ['20', 'kB to the model']],
])('the goal "%s"', (text, kind, gaps) => {
  expect(goal.parse(text)).toEqual({ text, kind, gaps })
})

test('a goal that nobody understands is told with the forms that there are', () => {
  const { error } = goal.safeParse('hello should work')
  for (const form of goalForms) expect(error?.issues[0]?.message).toContain(form)
})
