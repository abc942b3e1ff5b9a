import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/paths.js'

const page = await readFile(join(projectRoot, 'docs', 'security.md'), 'utf8')
const named = [...page.matchAll(/`([\w-]+\.test\.ts)`/g)].map(([, name = '']) => name)
const paths = await readdir(join(projectRoot, 'test'), { recursive: true })
const tests = paths.filter((path) => path.endsWith('.test.ts'))

test('every test that the security model names is there', () => {
  const names = tests.map((path) => basename(path))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((name) => !names.includes(name))).toEqual([])
})

test('the security model names every test of an attack', () => {
  const attacks = tests
    .filter((path) => path.startsWith(join('security', '')))
    .map((path) => basename(path))
  expect(attacks.filter((name) => !named.includes(name))).toEqual([])
})

test('the security model names what the properties hold to', () => {
  const files = [...page.matchAll(/`(test\/[\w/-]+\.ts)`/g)].map(([, path = '']) => path)
  for (const path of files) expect(existsSync(join(projectRoot, path)), path).toBe(true)
})
