import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectRoot } from '../support/paths.js'

const sources = {
  'tools/fine.ts': "import { step } from '../flow/fine.js'\nexport const tool = step",
  'flow/fine.ts': "import type { Run } from '../process/fine.js'\nexport const step = {} as Run",
  'process/fine.ts': "import { execa } from 'execa'\nexport type Run = typeof execa",
  'docker/up.ts': "import '../tools/fine.js'",
  'fly/up-by-type.ts': "import type { tool } from '../tools/fine.js'\nexport type Up = typeof tool",
  'jobs/up-late.ts': "export const load = () => import('../flow/fine.js')",
  'flow/one.ts': "import type { Other } from './other.js'\nexport type One = Other",
  'flow/other.ts': "import type { One } from './one.js'\nexport type Other = One",
  'git/around.ts': "import 'execa'",
  'git/program.ts': "import 'node:child_process'",
  'sandbox/run.ts': "import '../process/fine.js'",
  'sandbox/early.ts': "import './run.js'",
  'sandbox/fine.ts': "export const load = () => import('./run.js')",
  'utils/one.ts': "import '../process/fine.js'",
  'flow/nowhere.ts': "import './nothing.js'",
}

let folder: string
let said: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-imports-'))
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(sources)) {
    const path = join(folder, 'src', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${text}\n`)
  }
  said = await check()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function check(): Promise<string> {
  const program = join(projectRoot, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [program, '--config', join(projectRoot, '.dependency-cruiser.mjs'), 'src']
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => resolve(stdout))
  })
}

test.each([
  ['up', 'docker imports only base, process, project: src/docker/up.ts'],
  ['up, of a type', 'fly imports only base, process: src/fly/up-by-type.ts'],
  ['up, when it is needed', 'jobs imports only base, process: src/jobs/up-late.ts'],
  ['in a circle, of types', 'no circles, of types neither: src/flow/one.ts'],
  ['around the one user of a package', 'only process imports execa: src/git/around.ts'],
  ['around process/ to a program', 'nobody imports child_process: src/git/program.ts'],
  ['from a module that the table does not name', 'every file is in a module: src/utils/one.ts'],
  ['of what is loaded late, at once', 'sandbox/run.ts is imported when it is needed'],
  ['that leads nowhere', 'every import leads somewhere: src/flow/nowhere.ts'],
])('an import %s is refused', (_way, refusal) => {
  expect(said).toContain(`error ${refusal}`)
})

test('imports that go down are not', () => {
  expect(said).not.toContain('error tools')
  expect(said).not.toMatch(/error [^\n]*: src\/(?:process|flow|tools|sandbox)\/fine/)
})
