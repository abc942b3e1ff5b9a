import { expect, test } from 'vitest'
import { describeApp } from '../../src/fly-toml/described-app.js'

function describeText(text: string) {
  return describeApp({ path: 'fly.toml', text, isTarget: false })
}

test('what the toml says of a web app, its processes and its size', () => {
  const text = `app = 'hello'
[env]\nMODE = 'x'\nSIZE = 2
[processes]\nworker = 'work'\nweb = 'serve --port 3000'
[http_service]\ninternal_port = 3000\nprocesses = ['web']
[[http_service.checks]]\npath = '/up'\ngrace_period = '40s'
[[vm]]\nmemory = '512mb'\n`
  expect(describeText(text)).toEqual({
    internalPort: 3000,
    checkPath: '/up',
    isWorker: false,
    command: ['serve', '--port', '3000'],
    env: { MODE: 'x', SIZE: '2' },
    memoryMb: 512,
    gracePeriodMs: 40_000,
  })
})

test('processes without a service are workers', () => {
  expect(describeText(`[processes]\nwork = 'work'\n`)).toMatchObject({
    isWorker: true,
    command: ['work'],
    internalPort: undefined,
  })
})

test('what it does not say is not assumed', () => {
  expect(describeText(`app = 'hello'\n`)).toEqual({
    internalPort: undefined,
    checkPath: undefined,
    isWorker: false,
    command: [],
    env: {},
    memoryMb: undefined,
    gracePeriodMs: 0,
  })
})
