import { describe, expect, test } from 'vitest'
import { createIgnore, literalPattern } from '../../src/docker/ignore-file.js'

// Every answer is that of github.com/moby/patternmatcher 0.6.1, walked as buildx and docker 28 walk a context.
describe('a .dockerignore', () => {
  test.each([
    ['node_modules', 'node_modules/a/b', true],
    ['node_modules', 'sub/node_modules/a', false],
    ['**/node_modules', 'node_modules/a', true],
    ['**/node_modules', 'sub/node_modules/a', true],
    ['/node_modules/', 'node_modules/a', true],
    ['./a/../b', 'b', true],
    ['*', 'a', true],
    ['*', 'a/b', true],
    ['*.log', 'a/x.log', false],
    ['**/*.log', 'a/b/x.log', true],
    ['**.log', 'a/x.log', true],
    ['**log', 'catalog', true],
    ['**/log', 'catalog', false],
    ['a/**', 'a', false],
    ['a/**', 'a/b/c', true],
    ['a/**/c', 'a/c', true],
    ['?', 'é', true],
    ['?', '日', true],
    ['[a-c]x', 'bx', true],
    ['[^a]x', 'ax', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a\\-b', 'a-b', true],
    ['c++', 'c++/a', true],
    ['c++/*', 'c++/a', true],
    ['a(b', 'a(b', true],
    ['*(1).txt', 'copy (1).txt', true],
    ['a.b', 'axb', false],
    ['$x?', '$xy', true],
    ['constructor', 'constructor', true],
    ['a', 'constructor', false],
    ['A', 'a', false],
    ['\uFEFFa', 'a', true],
    ['# a\na', '# a', false],
    [' a \r\n b ', 'b', true],
    ['a b', 'a b', true],
    ['docs\n!docs/README.md', 'docs/guide.md', true],
    ['docs\n!docs/README.md', 'docs/README.md', false],
    ['*\n!src\n!package.json', 'src/deep/index.js', false],
    ['*\n!src\n!package.json', 'other', true],
    ['*\n!src\nsrc/x', 'src/x/y', true],
    ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
    ['*/x\n!a', 'a/x', true],
    ['x\n! y', 'y', false],
    ['!a', 'a', false],
    ['/!a', '!a', false],
  ])('%j: is %j kept out? %j', (text, path, isIgnored) => {
    expect(createIgnore(text)(path)).toBe(isIgnored)
  })

  test.each(['[', '[]a', 'a[', '!', '', '\n\n', '#'])(
    'with %j, which docker refuses or passes over, keeps nothing out',
    (text) => {
      expect(createIgnore(text)('a')).toBe(false)
    },
  )
})

test.each([
  ['stars', `${'*a'.repeat(60)}b`, 'a'.repeat(250)],
  ['folders', `${'**/a/'.repeat(60)}b`, 'a/'.repeat(250)],
  ['groups', `${'[a-z]*'.repeat(60)}0`, 'a'.repeat(250)],
])('a pattern with very many %s is soon answered', (_what, pattern, path) => {
  const before = process.cpuUsage()
  expect(createIgnore(pattern)(path)).toBe(false)
  // Of the processor's time, which others on the machine do not lengthen; without a bound it is years.
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000)
})

test.each(['a', '#a', '!a', ' a', '*', '?', '[a]', 'a\\b', 'line\nbreak', 'c++', '**', '日/!x'])(
  'the pattern of the path %j matches it and nothing beside it',
  (path) => {
    const isIgnored = createIgnore(`# first\n${literalPattern(path)}\n`)
    expect([isIgnored(path), isIgnored(`${path}/in`)]).toEqual([true, true])
    expect([isIgnored('b'), isIgnored(`x/${path}`), isIgnored(`${path}x`)]).toEqual([
      false,
      false,
      false,
    ])
  },
)
