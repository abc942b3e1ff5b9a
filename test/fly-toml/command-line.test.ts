import { expect, test } from 'vitest'
import { splitCommand } from '../../src/fly-toml/command-line.js'

test.each([
  ['bundle exec puma -C config/puma.rb', ['bundle', 'exec', 'puma', '-C', 'config/puma.rb']],
  [`sh -c "echo 'a b'; exec server"`, ['sh', '-c', `echo 'a b'; exec server`]],
  [`  a\\ b  'c d'e ""  "say \\"hi\\"" `, ['a b', 'c de', '', 'say "hi"']],
  ['$HOME/run --x=*', ['$HOME/run', '--x=*']],
  ['', []],
  [`sh -c "no end`, undefined],
  ['ends with \\', undefined],
])('%s', (text, words) => {
  expect(splitCommand(text)).toEqual(words)
})
