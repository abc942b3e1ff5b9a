import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFlow } from '../../support/clients/open-flow.js'

/** What a build of these files says, where none of them is a Dockerfile. */
async function failWith(files: Readonly<Record<string, string>>) {
  const flow = await openFlow()
  await rm(join(flow.root, 'Dockerfile'))
  for (const [path, text] of Object.entries(files)) await flow.write(path, text)
  return flow.fail('build_image', { app: 'hello' })
}

test('a Node.js project is told by its package.json, with what starts and installs it', async () => {
  const scripts = { start: 'next start', build: 'next build' }
  const error = await failWith({
    'package.json': JSON.stringify({
      scripts,
      dependencies: { next: '15' },
      engines: { node: '>=22' },
    }),
    'pnpm-lock.yaml': '',
  })
  expect(error).toMatchObject({
    code: 'dockerfile_missing',
    message:
      'There is no Dockerfile at Dockerfile; package.json says that this is a Node.js project.',
    remedy: expect.stringContaining('FROM node:slim'),
  })
  expect(error.evidence?.split('\n')).toEqual([
    'pnpm-lock.yaml is there: pnpm install --frozen-lockfile',
    'scripts.start: next start',
    'scripts.build: next build',
    'engines.node: >=22',
    'next listens on 3000 by default',
  ])
})

test.each([
  [
    'Python',
    { 'requirements.txt': 'Flask==3.1\n', 'app.py': '', Procfile: 'web: gunicorn app:app\n' },
    [
      'requirements.txt is there: pip install -r requirements.txt',
      'flask listens on 5000 by default',
      'app.py is there',
      'Procfile: web: gunicorn app:app',
    ],
  ],
  [
    'Go',
    { 'go.mod': 'module example.org/hello\n\ngo 1.24\n', 'main.go': '' },
    ['module example.org/hello', 'go 1.24', 'main.go is there'],
  ],
  ['Rust', { 'Cargo.toml': '[package]\nname = "hello"\n' }, ['name = "hello"']],
  [
    'Ruby',
    { Gemfile: 'gem "rails"\n', 'Gemfile.lock': '', 'package.json': '{}' },
    ['Gemfile.lock is there: bundle install', 'rails listens on 3000 by default'],
  ],
  ['Elixir', { 'mix.exs': '{:phoenix, "~> 1.7"}' }, ['phoenix listens on 4000 by default']],
  [
    'PHP',
    { 'composer.json': '{}', 'composer.lock': '', artisan: '' },
    ['composer.lock is there: composer install --no-dev', 'artisan is there'],
  ],
  ['Deno', { 'deno.json': '{}', 'main.ts': '' }, ['main.ts is there']],
])('a project of %s is known', async (language, files, facts) => {
  const error = await failWith(files)
  expect(error.message).toMatch(new RegExp(`this is an? ${language} project`))
  expect(error.evidence?.split('\n')).toEqual(facts)
})

test('a static site needs no more than a server', async () => {
  const error = await failWith({ 'index.html': '<h1>hello</h1>' })
  expect(error.remedy).toContain('FROM nginx:alpine')
})

test('one that lies elsewhere is named, with the call that builds by it', async () => {
  const error = await failWith({ 'docker/Dockerfile': 'FROM scratch\n' })
  expect(error.message).toContain('but there is docker/Dockerfile')
  expect(error.next).toMatchObject([
    { tool: 'build_image', arguments: { app: 'hello', dockerfile: 'docker/Dockerfile' } },
  ])
})

test('a folder that nothing tells of says no more than before', async () => {
  const error = await failWith({ 'notes.txt': 'hello' })
  expect(error.message).toBe('There is no Dockerfile at Dockerfile.')
  expect(error.evidence).toBeUndefined()
})

test('what a hostile project says is bounded, and nothing outside of it is read', async () => {
  const flow = await openFlow()
  await rm(join(flow.root, 'Dockerfile'))
  await symlink('/etc/hostname', join(flow.root, 'Procfile'))
  const start = `node ${'x'.repeat(5_000)}\u001b[2J\nnext line`
  await flow.write('package.json', JSON.stringify({ scripts: { start } }))
  const error = await flow.fail('build_image', { app: 'hello' })
  expect(error.evidence?.split('\n')).toHaveLength(1)
  expect(error.evidence).toHaveLength(200)
})
