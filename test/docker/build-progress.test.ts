import { describe, expect, test } from 'vitest'
import { createBuildReader } from '../../src/docker/build-progress.js'
import type { BuilderKind } from '../../src/docker/docker.js'

function read(kind: BuilderKind, text: string) {
  const reader = createBuildReader(kind)
  const updates = text.split('\n').flatMap((line) => reader.read(line) ?? [])
  return { updates, steps: reader.steps(), failing: reader.failingOutput() }
}

// docker 20.10.24, DOCKER_BUILDKIT=1 --progress=plain
const plain = `#1 [internal] load build definition from Dockerfile
#1 DONE 0.1s
#4 [base 1/2] FROM docker.io/library/busybox
#4 CACHED
#5 [base 2/2] RUN echo one
#5 sha256:a99c45a7410cf7addd735af9f53ee0640cf4dc6a3d8febad3285e2c6cbb7cbf9
#5 0.570 one
#5 DONE 0.6s
#7 [stage-1 1/2] COPY f /f
#7 DONE 0.1s
#8 [stage-1 2/2] RUN exit 7
#8 0.357 npm ERR! boom
#8 ERROR: executor failed running [/bin/sh -c exit 7]: exit code: 7`

// docker 28.2.2, DOCKER_BUILDKIT=0
const legacy = `Sending build context to Docker daemon  3.072kB
Step 1/3 : FROM busybox AS base
 ---> 9573ad21df54
Step 2/3 : RUN echo one
 ---> Using cache
 ---> 67b7edd40723
Step 3/3 : RUN exit 7
 ---> Running in 3038d4768c7e
npm ERR! boom
Removing intermediate container 3038d4768c7e`

// buildx 0.38.2, --progress=rawjson
const raw = [
  {
    vertexes: [
      { digest: 'a', name: '[1/2] FROM docker.io/library/busybox' },
      { digest: 'b', name: '[2/2] RUN exit 7' },
    ],
  },
  {
    vertexes: [
      { digest: 'a', name: '[1/2] FROM docker.io/library/busybox', completed: 't', cached: true },
    ],
  },
  { logs: [{ vertex: 'b', data: Buffer.from('npm ERR! boom\n').toString('base64') }] },
  { vertexes: [{ digest: 'b', name: '[2/2] RUN exit 7', completed: 't', error: 'exit code: 7' }] },
]
  .map((line) => JSON.stringify(line))
  .join('\n')

describe.each<[BuilderKind, string, { total: number; cached: number }, string]>([
  ['buildkit', plain, { total: 4, cached: 1 }, '[stage-1 2/2] RUN exit 7'],
  ['legacy', legacy, { total: 3, cached: 1 }, '[3/3] RUN exit 7'],
  ['buildx', raw, { total: 2, cached: 1 }, '[2/2] RUN exit 7'],
])('what the builder %s prints', (kind, text, steps, lastStep) => {
  test('gives the number of steps, and of those from the cache', () => {
    expect(read(kind, text).steps).toEqual(steps)
  })

  test('gives the step that runs, with a percentage', () => {
    const { updates } = read(kind, text)
    expect(updates.at(-1)?.message).toBe(lastStep)
    for (const { percent } of updates)
      expect(percent).toSatisfy((value: number) => value >= 0 && value <= 100)
  })

  test('gives the output of the step that failed', () => {
    const { failing } = read(kind, text)
    expect(failing).toContain(lastStep)
    expect(failing).toContain('npm ERR! boom')
  })
})

test.each(['Step 1/2 : FROM busybox', 'Step 2/2 : COPY nowhere /'])(
  'the last words of the legacy builder are kept, also where they are read before "%s"',
  (step) => {
    const words = 'COPY failed: file not found in build context: stat nowhere: file does not exist'
    const text = `Step 1/2 : FROM busybox\nStep 2/2 : COPY nowhere /`.replace(
      step,
      `${words}\n${step}`,
    )
    expect(read('legacy', text).failing).toBe(`[2/2] COPY nowhere /\n${words}\n`)
  },
)

test('what is no line of a builder is passed over', () => {
  for (const kind of ['buildx', 'buildkit', 'legacy'] as const) {
    expect(read(kind, 'hello\n{"vertexes":\n[\n#x\n').updates).toEqual([])
  }
})

test.each<[BuilderKind, string, string, string, boolean]>([
  [
    'buildx',
    JSON.stringify({
      warnings: [{ vertex: 'a', short: btoa('JSONArgsRecommended: use JSON (line 4)') }],
    }),
    'dockerfile_check',
    'JSONArgsRecommended: use JSON (line 4)',
    true,
  ],
  [
    'buildx',
    JSON.stringify({ warnings: [{ short: btoa('SecretsUsedInArgOrEnv: ARG "TOKEN" (line 2)') }] }),
    'dockerfile_check',
    'SecretsUsedInArgOrEnv: ARG "TOKEN" (line 2)',
    false,
  ],
  [
    'legacy',
    '[Warning] One or more build-args [UNUSED] were not consumed',
    'build_arg_unused',
    'One or more build-args [UNUSED] were not consumed.',
    false,
  ],
])('%s: what the builder warns of: %s', (kind, line, code, text, cosmetic) => {
  const reader = createBuildReader(kind)
  reader.read(line)
  reader.read(line)
  expect(reader.warnings()[0]).toEqual({ code, cosmetic, text })
})
