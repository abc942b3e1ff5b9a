import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { prepareLaunch, tellsCompileCache } from '../support/launched.js'
import { asNeighbour, canBeNeighbour } from '../support/neighbour.js'

const asAnother = canBeNeighbour ? '' : ' (only root can act as another user: not run)'

/** A folder like the system's temporary one: everybody's, and each keeps their own in it. */
async function sharedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-shared-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await chmod(folder, 0o1777)
  return folder
}

describe.runIf(canBeNeighbour)(`compiled code that a neighbour has planted${asAnother}`, () => {
  async function keptIn(env: Record<string, string>): Promise<string> {
    const { launch } = await prepareLaunch(tellsCompileCache)
    return launch({ env }).stdout
  }

  test('in the temporary folder is not looked at', async () => {
    const shared = await sharedFolder()
    const planted = join(shared, 'node-compile-cache')
    asNeighbour('mkdir -m 777 "$1"', planted)
    const env = { TMPDIR: shared }
    expect(await keptIn(env)).not.toContain(planted)
    expect(await keptIn({ ...env, HOME: '/dev/null' })).toBe('nowhere')
  })

  test.each([
    ['in a cache folder of theirs', 'mkdir -p -m 777 "$1/c"'],
    ['in the place of our own folder in it', 'mkdir -p -m 700 "$1/c/flyops/compiled"'],
    ['behind a link', 'mkdir -m 777 "$1/theirs" && ln -s theirs "$1/c"'],
  ])('%s is not looked at', async (_where, plant) => {
    const shared = await sharedFolder()
    asNeighbour(plant, shared)
    expect(await keptIn({ XDG_CACHE_HOME: join(shared, 'c') })).toBe('nowhere')
  })
})
