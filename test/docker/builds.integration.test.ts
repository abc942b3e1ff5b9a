import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diagnosed } from '../../src/diagnosis/diagnosed.js'
import { readBuildContext } from '../../src/docker/build-context.js'
import { createDocker } from '../../src/docker/create-docker.js'
import type { BuildRequest, Docker } from '../../src/docker/docker.js'
import { FlyopsError } from '../../src/errors.js'
import type { ProgressUpdate } from '../../src/progress.js'
import { dockerVariants } from '../support/docker-variants.js'
import { canStartEngine, run, useEngine } from '../support/engine.js'

const emptyConfig = await mkdtemp(join(tmpdir(), 'flyops-no-plugins-'))
afterAll(() => rm(emptyConfig, { recursive: true, force: true }))
const variants = await dockerVariants(emptyConfig)

describe.runIf(canStartEngine)('on a real engine', () => {
  const engine = useEngine()
  let context: string

  beforeEach(async () => {
    context = await mkdtemp(join(tmpdir(), 'flyops-build-test-'))
  })
  afterEach(() => rm(context, { recursive: true, force: true }))

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(context, path)), { recursive: true })
    await writeFile(join(context, path), text)
  }

  function requestOf(name: string, changes: Partial<BuildRequest> = {}): BuildRequest {
    return {
      root: context,
      context,
      dockerfile: join(context, 'Dockerfile'),
      image: `127.0.0.1:5000/${name}:1a2b3c4`,
      platform: 'linux/amd64',
      buildArgs: {},
      labels: { 'org.opencontainers.image.revision': 'abc' },
      noCache: false,
      excluded: [],
      sourceDateEpoch: 1_700_000_000,
      ...changes,
    }
  }

  describe.each(variants)('%s', (kind, variant) => {
    const it = test.skipIf(variant === undefined)

    function createClient(): Docker {
      const { program, env } = variant ?? { program: undefined, env: {} }
      return createDocker({
        run,
        find: async () => ({ program, looked: [] }),
        env: { ...process.env, ...env, DOCKER_HOST: engine().dockerHost },
      })
    }

    /** The files that the image has under /all. */
    async function filesOf(image: string): Promise<readonly string[]> {
      const found = ['run', '--rm', '--network=none', image, 'find', '/all', '-type', 'f']
      const lines = (await engine().docker.text(found)).split('\n')
      return lines.map((line) => line.slice('/all/'.length)).sort()
    }

    it('the same content has the same image, and is built once', async () => {
      await write('Dockerfile', 'FROM busybox\nRUN date >/built\nCOPY a /a\nEXPOSE 8080 53/udp\n')
      await write('a', 'content')
      const docker = createClient()
      const updates: ProgressUpdate[] = []
      const onProgress = (update: ProgressUpdate) => void updates.push(update)
      const first = await docker.build(requestOf(`same-${kind}`), { onProgress })
      expect(first).toMatchObject({
        builder: kind,
        image: {
          imageId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          architecture: 'amd64',
          os: 'linux',
          exposedPorts: [8080],
          labels: { 'org.opencontainers.image.revision': 'abc' },
        },
      })
      expect(updates.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^\[2\/\d\] RUN date/),
      )
      await utimes(join(context, 'a'), 1, 1)
      const second = await docker.build(requestOf(`same-${kind}`))
      expect(second.image).toEqual(first.image)
      expect(second.steps.total).toBe(first.steps.total)
      expect(second.steps.cached).toBeGreaterThanOrEqual(2)
      await write('a', 'other content')
      const third = await docker.build(requestOf(`same-${kind}`))
      expect(third.image.imageId).not.toBe(first.image.imageId)
    })

    it('a step that fails is shown with the end of its output alone', async () => {
      const step = 'for i in $(seq 50); do echo line $i; done; echo no lodash >&2; exit 7'
      await write('Dockerfile', `FROM busybox\nRUN echo before\nRUN ${step}\n`)
      const error = await failure(createClient().build(requestOf(`fails-${kind}`)))
      expect(error).toMatchObject({
        code: 'build_failed',
        message: expect.stringContaining('step'),
      })
      expect(error.evidence).toContain('no lodash')
      expect(error.evidence).toContain('line 50')
      expect(error.evidence).not.toMatch(/before|line 2\n/)
    })

    it('a step that fails after a flood of output is shown with the end of that', async () => {
      const step = 'yes "$(printf "one %s many" of)" | head -n 100000; exit 7'
      await write('Dockerfile', `FROM busybox\nRUN ${step}\n`)
      const error = await failure(createClient().build(requestOf(`flood-${kind}`)))
      expect(error).toMatchObject({ message: expect.stringContaining('step') })
      expect(error.evidence).toMatch(/^(?:one of many\n)+/)
    })

    it.each([
      ['a base image that cannot be pulled', 'FROM localhost:9/nosuch:1\n', /base image/],
      ['a line that is none of docker’s', 'FROM busybox\nRUNN true\n', /not valid/],
      ['nothing at all', '# empty\n', /not valid/],
      ['a file that is not there', 'FROM busybox\nCOPY nope /\n', /step/],
    ])('a Dockerfile with %s', async (_name, text, message) => {
      await write('Dockerfile', text)
      const error = diagnosed(await failure(createClient().build(requestOf(`bad-${kind}`))))
      expect(error).toMatchObject({ code: 'build_failed', message: expect.stringMatching(message) })
      expect(error.evidence).not.toBe('')
    })

    it('a stage that the Dockerfile does not have', async () => {
      await write('Dockerfile', 'FROM busybox AS web\nRUN true\n')
      const request = requestOf(`stage-${kind}`, { target: 'nope' })
      expect(diagnosed(await failure(createClient().build(request)))).toMatchObject({
        message: expect.stringContaining('no such stage'),
      })
    })

    it('a mount, which the legacy builder does not know', async () => {
      await write('Dockerfile', 'FROM busybox\nRUN --mount=type=cache,target=/x echo hi >/y\n')
      const built = createClient().build(requestOf(`mount-${kind}`))
      if (kind === 'legacy') expect(await failure(built)).toMatchObject({ code: 'buildx_missing' })
      else expect((await built).builder).toBe(kind)
    })

    it('secrets reach the step that mounts them, and nothing else', async () => {
      const value = 'hush-0123456789'
      await write(
        'Dockerfile',
        'FROM busybox\nRUN --mount=type=secret,id=one --mount=type=secret,id=two cat /run/secrets/one /run/secrets/two | tee /dev/stderr | wc -c >/count\n',
      )
      await write('.dockerignore', 'two')
      await write('two', `${value} of a file\n`)
      const secrets = [
        { id: 'one', env: 'FLYOPS_TEST_SECRET', value },
        { id: 'two', path: join(context, 'two'), value: `${value} of a file\n` },
      ]
      const lines: string[] = []
      process.env.FLYOPS_TEST_SECRET = value
      const request = requestOf(`secret-${kind}`, { secrets })
      const built = createClient()
        .build(request, { onOutput: (line) => lines.push(line) })
        .finally(() => delete process.env.FLYOPS_TEST_SECRET)
      if (kind === 'legacy') {
        expect(await failure(built)).toMatchObject({ code: 'buildx_missing' })
        return
      }
      await built
      expect(lines.join('\n')).toContain('[redacted]')
      expect(lines.join('\n')).not.toContain(value)
      const history = await engine().docker.text(['history', '--no-trunc', request.image])
      expect(history).not.toContain(value)
    })

    it('a step that fails does not tell its secret', async () => {
      if (kind === 'legacy') return
      await write(
        'Dockerfile',
        'FROM busybox\nRUN --mount=type=secret,id=one cat /run/secrets/one; false\n',
      )
      await write('one', 'hush-0123456789')
      const secrets = [{ id: 'one', path: join(context, 'one'), value: 'hush-0123456789' }]
      const error = await failure(createClient().build(requestOf(`told-${kind}`, { secrets })))
      expect(error.evidence).toContain('[redacted]')
      expect(error.evidence).not.toContain('hush')
    })

    it('arguments that look like flags reach the Dockerfile', async () => {
      await write('Dockerfile', 'FROM busybox\nARG NOTE\nRUN test "$NOTE" = "--help me"\n')
      const buildArgs = { NOTE: '--help me', UNUSED: 'x', API_TOKEN: 'x' }
      const { warnings } = await createClient().build(requestOf(`args-${kind}`, { buildArgs }))
      const codes = warnings.map(({ code }) => code)
      expect(codes).toContain('build_arg_in_history')
      if (kind === 'legacy') expect(codes).toContain('build_arg_unused')
    })

    it('an image for another platform is told', async () => {
      await write('Dockerfile', 'FROM scratch\nCOPY Dockerfile /\n')
      const request = requestOf(`arm-${kind}`, { platform: 'linux/arm64' })
      const { image, warnings } = await createClient().build(request)
      const isMismatch = warnings.some(({ code }) => code === 'architecture_mismatch')
      expect(isMismatch).toBe(image.architecture !== 'arm64')
    })

    it('what a .dockerignore keeps out, and flyops’ own files, are not in the image', async () => {
      const paths = [
        'a.log',
        'b.md',
        'b/x',
        'docs/README.md',
        'docs/x',
        'deep/er/y.log',
        'fly-x.toml',
      ]
      for (const path of paths) await write(path, path)
      await write('Dockerfile', 'FROM busybox\nCOPY . /all\n')
      await write(
        '.dockerignore',
        '**/*.log\nb/*\ndocs\n!docs/README.md\nDockerfile\n.dockerignore\n',
      )
      const request = requestOf(`ignored-${kind}`, { excluded: ['fly-x.toml'] })
      const { isSent } = await readBuildContext(request)
      const sent = paths.filter((path) => isSent(path) && path !== 'fly-x.toml')
      const { image } = await createClient().build(request)
      expect(await filesOf(image.imageId)).toEqual(sent.sort())
      expect(await readFile(join(context, 'fly-x.toml'), 'utf8')).toBe('fly-x.toml')
    })

    it('what lies outside does not get in, and a named pipe is not waited for', async () => {
      execFileSync('mkfifo', [join(context, 'pipe')])
      await symlink('/proc/self/environ', join(context, 'environ'))
      await symlink('/etc', join(context, 'etc'))
      for (const path of ['a', 'fly-x.toml']) await write(path, 'a\n')
      await write('Dockerfile', 'FROM busybox\nCOPY . /all\n')
      const request = requestOf(`outside-${kind}`, { excluded: ['fly-x.toml'] })
      const { image } = await createClient().build(request)
      expect(await filesOf(image.imageId)).toEqual(['Dockerfile', 'a'])
    })

    it.each(['Dockerfile.dockerignore', '.dockerignore'])(
      'a %s that leads out is not read',
      async (name) => {
        await write('Dockerfile', 'FROM busybox\nCOPY . /all\n')
        await symlink('/proc/self/environ', join(context, name))
        const error = await failure(createClient().build(requestOf(`leading-${kind}`)))
        expect(error).toMatchObject({
          code: 'invalid_input',
          message: `${name} is not read, because it leads out of the project folder.`,
        })
      },
    )

    it('a configuration that a deploy is writing is not sent', async () => {
      for (const path of ['a', 'fly-x.toml', '.fly-x.toml.0123456789ab.tmp'])
        await write(path, 'a\n')
      await write('Dockerfile', 'FROM busybox\nCOPY . /all\n')
      const request = requestOf(`writing-${kind}`, { excluded: ['fly-x.toml'] })
      const { image } = await createClient().build(request)
      expect(await filesOf(image.imageId)).toEqual(['Dockerfile', 'a'])
    })

    it('the Dockerfile’s own ignore file counts', async () => {
      for (const path of ['a', 'b', 'Dockerfile.dockerignore', '.dockerignore'])
        await write(path, 'a\n')
      await write('Dockerfile', 'FROM busybox\nCOPY . /all\n')
      await write('Dockerfile.dockerignore', 'b\n.dockerignore\nDockerfile*\n')
      const { image } = await createClient().build(requestOf(`own-${kind}`))
      expect(await filesOf(image.imageId)).toEqual(['a'])
    })

    it('a cancelled build leaves no process, no container and no image', async () => {
      const sleep = `sleep 9${randomInt(10_000, 99_999)}`
      await write('Dockerfile', `FROM busybox\nRUN ${sleep}\n`)
      const controller = new AbortController()
      const request = requestOf(`cancelled-${kind}`)
      const built = failure(createClient().build(request, { signal: controller.signal }))
      await expect.poll(() => processesWith(sleep), { timeout: 20_000 }).not.toEqual([])
      const cancelledAtMs = performance.now()
      controller.abort()
      expect(await built).toMatchObject({ code: 'cancelled', retry: 'yes' })
      await expect.poll(() => processesWith(sleep)).toEqual([])
      expect(performance.now() - cancelledAtMs).toBeLessThan(5_000)
      const { docker } = engine()
      await expect.poll(() => docker.text(['ps', '--all', '--quiet']), { timeout: 5_000 }).toBe('')
      expect(await docker.text(['images', '--quiet', request.image])).toBe('')
    })
  })
})

async function failure(building: Promise<unknown>): Promise<FlyopsError> {
  const error = await building.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof FlyopsError) return error
  throw error ?? new Error('it did not fail')
}

/** Process ids of all command lines that contain a text (Linux). */
async function processesWith(text: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  )
  return ids.filter((_id, index) => lines[index]?.replaceAll('\0', ' ').includes(text))
}
