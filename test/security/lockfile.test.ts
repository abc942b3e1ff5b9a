import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/paths.js'

interface LockedPackage {
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
}

async function lockedPackages(): Promise<readonly (readonly [string, LockedPackage])[]> {
  const text = await readFile(join(projectRoot, 'package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> }
  return Object.entries(packages).filter(([path]) => path !== '')
}

test('every package that npm may install is held to a hash', async () => {
  const packages = await lockedPackages()
  const unheld = packages.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''))
  expect(packages.length).toBeGreaterThan(100)
  expect(unheld.map(([path]) => path)).toEqual([])
})

test('no package is tied to a place: each comes from the registry that is set', async () => {
  const packages = await lockedPackages()
  const tied = packages.filter(([, { resolved, link }]) => resolved !== undefined || link)
  expect(tied.map(([path]) => path)).toEqual([])
})
