import { chmod, mkdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { prepareLaunch, tellsCompileCache } from '../support/launched.js'

async function prepare() {
  const { home, launch } = await prepareLaunch(tellsCompileCache)
  const own = join(home, '.cache', 'flyops', 'compiled')
  const keptIn = (env: Record<string, string> = {}) => launch({ env }).stdout
  return { home, own, keptIn }
}

describe.runIf(process.platform === 'linux')('what Node compiles is kept', () => {
  test('in a folder of the user’s own that nobody else may enter', async () => {
    const { own, keptIn } = await prepare()
    expect(keptIn()).toContain(`${own}/`)
    expect((await stat(own)).mode & 0o777).toBe(0o700)
  })

  test('where XDG_CACHE_HOME says, if it is absolute', async () => {
    const { home, own, keptIn } = await prepare()
    expect(keptIn({ XDG_CACHE_HOME: join(home, 'caches') })).toContain(
      join(home, 'caches', 'flyops', 'compiled'),
    )
    expect(keptIn({ XDG_CACHE_HOME: 'caches' })).toContain(own)
  })

  test('where the user’s own NODE_COMPILE_CACHE says', async () => {
    const { home, keptIn } = await prepare()
    const chosen = join(home, 'chosen')
    expect(keptIn({ NODE_COMPILE_CACHE: chosen })).toContain(chosen)
  })

  test('in a sticky folder, which leaves everybody their own', async () => {
    const { home, own, keptIn } = await prepare()
    await chmod(home, 0o1777)
    expect(keptIn()).toContain(own)
  })
})

describe.runIf(process.platform === 'linux')('what Node compiles is kept nowhere', () => {
  test.each(['770', '707', '750'])('where the folder has mode %s', async (mode) => {
    const { own, keptIn } = await prepare()
    await mkdir(own, { recursive: true })
    await chmod(own, mode)
    expect(keptIn()).toBe('nowhere')
  })

  test('where others may put another folder in its place', async () => {
    const { home, keptIn } = await prepare()
    await chmod(home, 0o777)
    expect(keptIn()).toBe('nowhere')
  })

  test('where the folder is a link to another place', async () => {
    const { home, own, keptIn } = await prepare()
    const elsewhere = join(home, 'elsewhere')
    await mkdir(elsewhere, { mode: 0o700 })
    await mkdir(join(own, '..'), { recursive: true })
    await symlink(elsewhere, own)
    expect(keptIn()).toBe('nowhere')
  })

  test('where no folder can be made', async () => {
    const { keptIn } = await prepare()
    expect(keptIn({ HOME: '/dev/null' })).toBe('nowhere')
  })
})
