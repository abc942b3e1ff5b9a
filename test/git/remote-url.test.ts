import { expect, test } from 'vitest'
import { publicUrl } from '../../src/git/remote-url.js'

test.each([
  ['https://github.com/org/repo.git', 'https://github.com/org/repo.git'],
  ['https://user:pass@github.com/org/repo', 'https://github.com/org/repo'],
  ['https://token@github.com/org/repo', 'https://github.com/org/repo'],
  ['https://u:p%40ss@host:8443/x?private_token=t#f', 'https://host:8443/x'],
  ['git@github.com:org/repo.git', 'git@github.com:org/repo.git'],
  ['alias:org/repo', 'alias:org/repo'],
  ['ssh://git@host:2222/org/repo', 'ssh://git@host:2222/org/repo'],
  ['ssh://git:pass@host/org/repo', 'ssh://git@host/org/repo'],
])('%s is shown as %s', (remote, shown) => {
  expect(publicUrl(remote)).toBe(shown)
})

test.each([
  '',
  '/srv/git/repo.git',
  '../repo',
  './a:b',
  'file:///srv/repo',
  'C:\\repos\\x',
  'C:/repos/x',
  'user:pass@host:repo',
  'https:user:pass@host/x',
  'ext::sh -c x',
  'https://user:pass@host:port/x',
])('%j is not shown', (remote) => {
  expect(publicUrl(remote)).toBeUndefined()
})
