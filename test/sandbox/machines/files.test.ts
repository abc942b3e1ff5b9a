import { execa } from 'execa'
import { expect, test } from 'vitest'
import { archiveOf } from '../../../src/sandbox/machines/archive.js'
import { placedFiles } from '../../../src/sandbox/machines/placed-files.js'
import type { Machine } from '../../../src/sandbox/platform/rows.js'

const files = [
  { path: '/etc/app/rules.toml', content: Buffer.from('a = 1\n'), mode: 0o644 },
  { path: '/etc/app/key.pem', content: Buffer.alloc(1_000, 'k'), mode: 0o600 },
  { path: '/empty', content: Buffer.alloc(0), mode: 0o644 },
]

test('tar reads what the engine gets', async () => {
  const input = archiveOf(files)
  const { stdout: listed } = await execa('tar', ['--list', '--verbose'], { input })
  const words = listed.split('\n').map((line) => line.split(/\s+/))
  expect(words.map(([mode, , size, , , name]) => [mode, size, name])).toEqual([
    ['-rw-r--r--', '6', 'etc/app/rules.toml'],
    ['-rw-------', '1000', 'etc/app/key.pem'],
    ['-rw-r--r--', '0', 'empty'],
  ])
  const { stdout: content } = await execa('tar', ['--extract', '--to-stdout'], { input })
  expect(content).toBe(`a = 1\n${'k'.repeat(1_000)}`)
})

function placed(file: object, secrets: Readonly<Record<string, string>> = {}) {
  const config = { image: 'x', files: [{ guest_path: '/etc/a', ...file }] }
  return placedFiles({ machine: { config } as unknown as Machine, secrets })
}

test('a file comes from the configuration, or from a secret that has it', () => {
  const hello = Buffer.from('hello')
  const common = { path: '/etc/a', content: hello }
  const base64 = hello.toString('base64')
  expect(placed({ raw_value: base64, mode: 0o600 })).toEqual([{ ...common, mode: 0o600 }])
  expect(placed({ secret_name: 'A' }, { A: base64 })).toEqual([{ ...common, mode: 0o644 }])
  expect(() => placed({ secret_name: 'A' })).toThrow('/etc/a: there is no secret A')
})
