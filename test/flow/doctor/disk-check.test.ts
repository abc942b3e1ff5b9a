import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Scene } from '../../../src/flow/doctor/check.js'
import { disk, judgeFree } from '../../../src/flow/doctor/disk-check.js'

describe('the free space', () => {
  test.each([
    [80e9, 'ok', '80.0 GB free'],
    [2e9, 'ok', '2.0 GB free'],
    [1.9e9, 'warning', '1.9 GB free: little for a build.'],
    [0.4e9, 'failed', '0.4 GB free: too little to build.'],
    [0, 'failed', '0.0 GB free: too little to build.'],
    [Number.POSITIVE_INFINITY, 'warning', 'The free space is not known.'],
  ])('%d bytes are %s', (bytes, status, detail) => {
    expect(judgeFree(bytes)).toMatchObject({ status, detail })
  })

  test('is that of the fullest disk that can be asked', async () => {
    const ask = (context: string) =>
      disk.run({ project: { root: context, context } } as unknown as Scene)
    expect((await ask(tmpdir())).detail).toMatch(/^\d+\.\d GB free/)
    for (const folder of [join(tmpdir(), 'nowhere'), '/proc']) {
      expect((await ask(folder)).detail, folder).not.toMatch(/^0\.0 GB/)
    }
  })
})
