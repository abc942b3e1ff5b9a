import { expect, test } from 'vitest'
import { FlyopsError } from '../../../src/errors.js'
import { openFlow } from '../../support/clients/open-flow.js'

const image = 'registry.fly.io/hello:1a2b3c4'

test('a clean commit is built under its short name, with labels that no clock is in', async () => {
  const labels: object[] = []
  const flow = await openFlow({
    docker: (docker) => ({
      build(request) {
        labels.push(request.labels)
        return docker.build(request)
      },
    }),
  })
  const built = await flow.call('build_image', { app: 'hello' })
  expect(built).toMatchObject({ image, tag: '1a2b3c4', dirty: false, warnings: [] })
  expect(labels).toEqual([
    {
      'org.opencontainers.image.revision': flow.world.source.commit,
      'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
      'flyops.inputs': expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ])
  expect(built.next).toMatchObject([
    { tool: 'create_app', arguments: { app: 'hello' } },
    { tool: 'push_image', arguments: { image } },
  ])
})

test('changes make a tag of their own and a warning, and the commit’s own tag is refused', async () => {
  const flow = await openFlow()
  flow.world.source = { ...flow.world.source, dirtyPaths: ['a.txt'], dirtyDigest: '0a0b0c0d' }
  expect(await flow.call('build_image', { app: 'hello' })).toMatchObject({
    image: `${image}-dirty-0a0b0c0d`,
    dirty: true,
    warnings: [{ code: 'dirty_context', text: 'Uncommitted in the context: a.txt.' }],
  })
  const refused = await flow.fail('build_image', { app: 'hello', tag: '1a2b3c4' })
  expect(refused).toMatchObject({ code: 'invalid_input', evidence: 'a.txt' })
  expect(flow.world.done).toEqual([`build ${image}-dirty-0a0b0c0d`])
})

test('what the context holds beside the commit is named', async () => {
  const flow = await openFlow()
  const { source } = flow.world
  flow.world.source = {
    ...source,
    unfilteredPaths: ['a.rot'],
    ignoredPaths: ['.env', 'a.log'],
    lfsPointers: ['a.bin'],
  }
  const { warnings } = await flow.call('build_image', { app: 'hello' })
  expect(warnings).toMatchObject([
    { code: 'filter_not_run', text: expect.stringContaining(': a.rot.') },
    { code: 'ignored_files_sent', text: expect.stringContaining(': .env, a.log.') },
    { code: 'lfs_pointers_sent', text: expect.stringContaining(': a.bin.') },
  ])
})

test('a file that git ignores and the Dockerfile takes nothing of is no matter', async () => {
  const flow = await openFlow()
  await flow.write('Dockerfile', 'FROM scratch\nCOPY www /www\n')
  flow.world.source = { ...flow.world.source, ignoredPaths: ['.env'] }
  const { warnings } = await flow.call('build_image', { app: 'hello' })
  expect(warnings ?? []).toEqual([])
})

test('a failed step is the error that docker gives, with its diagnosis', async () => {
  const failure = new FlyopsError('build_failed', 'build', 'A step of the Dockerfile failed.', {
    evidence: 'npm error code E404',
  })
  const flow = await openFlow({ docker: () => ({ build: () => Promise.reject(failure) }) })
  expect(await flow.fail('build_image', { app: 'hello' })).toMatchObject({
    code: 'build_failed',
    evidence: 'npm error code E404',
    diagnosis: expect.any(String),
  })
})

test('without a Dockerfile nothing is built', async () => {
  const flow = await openFlow()
  await flow.write('www/notes.txt', 'hello')
  expect(await flow.fail('build_image', { app: 'hello', context: 'www' })).toMatchObject({
    code: 'dockerfile_missing',
    message: 'There is no Dockerfile at www/Dockerfile.',
  })
  expect(flow.world.done).toEqual([])
})

test('another commit is checked out and built from there', async () => {
  const flow = await openFlow()
  await flow.call('build_image', { app: 'hello', ref: 'main' })
  expect(flow.world.done).toEqual(['check out main', `build ${image}`])
})

test.each(['HEAD~1', 'HEAD^^', 'main~2^', 'v1.2^', '1a2b3c4'])('%s is a commit', async (ref) => {
  const flow = await openFlow()
  await flow.call('build_image', { app: 'hello', ref })
  expect(flow.world.done).toEqual([`check out ${ref}`, `build ${image}`])
})

test.each([
  ...['--all', '-~1', '~1', '^HEAD', 'HEAD@{1}', 'HEAD^{/x}', 'HEAD^@', 'HEAD^!', 'HEAD:sub'],
  ...['a..b', 'HEAD~1..HEAD', 'HEAD~1000', 'HEAD~1x', 'HEAD^ ', `HEAD${'^'.repeat(21)}`],
])('%s is no commit', async (ref) => {
  const flow = await openFlow()
  expect(await flow.fail('build_image', { app: 'hello', ref })).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('ref: must be a branch, tag or commit, or like HEAD~1'),
  })
  expect(flow.world.done).toEqual([])
})

test('a repository elsewhere is not asked for HEAD~1, for its history is not fetched', async () => {
  const flow = await openFlow()
  const source = { git_url: 'https://github.com/someone/hello.git', ref: 'HEAD~1' }
  expect(await flow.fail('build_image', { app: 'hello', source })).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('must be a branch, tag or full commit'),
  })
})
