import { expect, test } from 'vitest'
import { createPushReader } from '../../src/docker/push-progress.js'

// docker 28.2.2 against docker-registry 2.8
const lines = `The push refers to repository [127.0.0.1:5051/hello]
cd915e460285: Preparing
d3d888517e2c: Preparing
d3d888517e2c: Layer already exists
cd915e460285: Pushed
v1: digest: sha256:43b5cc11c0314be66e54d2d3686c059fd374e452f6444a7f1a95021d78f7bec2 size: 735`.split(
  '\n',
)

test('a push is followed by its layers', () => {
  const reader = createPushReader()
  const updates = lines.flatMap((line) => reader.read(line) ?? [])
  expect(updates.map(({ percent }) => percent)).toEqual([0, 0, 50, 100])
  expect(reader.layers()).toEqual({ pushed: 1, existing: 1 })
  expect(reader.digest()).toBe(
    'sha256:43b5cc11c0314be66e54d2d3686c059fd374e452f6444a7f1a95021d78f7bec2',
  )
})
