import { expect, test } from 'vitest'
import { examples } from '../../src/cli/examples.js'
import { commandLineTools } from '../../src/tools/catalogue.js'
import { faultOf, openProgram } from './command-lines.js'

const all = [
  ...Object.entries(examples),
  ...commandLineTools.map((tool) => [tool.name.replaceAll('_', '-'), tool.examples] as const),
]

test('every verb has examples, and there is no example of another', () => {
  const verbs = openProgram().createHelp().visibleCommands(openProgram())
  const names = verbs.map((verb) => verb.name()).filter((name) => name !== 'help')
  expect(all.map(([verb]) => verb).toSorted()).toEqual(names.toSorted())
})

test.each(all.flatMap(([, lines]) => lines))('flyops takes %s', (line) => {
  expect(faultOf(line)).toBeUndefined()
})

test.each([
  ['flyops deploy --app hello', 'no verb deploy'],
  ['flyops ship --app hello --no-such', '--no-such'],
  ['flyops ship --app Hello', 'lowercase'],
  ['flyops get-logs', 'app'],
])('it is seen that it does not take %s', (line, fault) => {
  expect(faultOf(line)).toContain(fault)
})

test('the help of a verb ends with its examples', () => {
  const ship = openProgram().commands.find((verb) => verb.name() === 'ship')
  let help = ''
  ship?.configureOutput({
    writeOut: (text) => {
      help += text
    },
  })
  ship?.outputHelp()
  expect(help).toMatch(/Examples:\n {2}flyops ship --app hello --plan-only\n/)
})
