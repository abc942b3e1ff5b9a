import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { withArgument } from '../../../src/sandbox/processes.js'
import { mainScript } from '../../support/paths.js'
import { flyctls } from '../flyctls.js'
import { scratch, useOwnSandbox } from '../test-sandbox.js'
import { machinesIn } from './sandbox-state.js'
import { type Scene, setScene } from './scene.js'
import { web } from './tomls.js'

const { FLYOPS_BUILDKITD: buildkitd } = process.env
const real = flyctls.find(({ isReal }) => isReal)
const isThere = buildkitd !== undefined && real?.isThere === true
const why = buildkitd === undefined ? ' (set FLYOPS_BUILDKITD to its path)' : ''

const dockerfile = `FROM scratch
COPY busybox /bin/busybox
COPY info /www/info
RUN ["/bin/busybox", "test", "-f", "/www/info"]
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]
`

describe(`a build by ${real?.name} at a buildkitd of the sandbox's${why}`, () => {
  describe.skipIf(!isThere)('is', () => {
    if (isThere) useOwnSandbox({ buildkitd })
    const sandbox = (verb: string) =>
      execa(process.execPath, [mainScript, 'sandbox', verb, '--state', state()])
    const state = () => join(scratch(), 'sandbox')

    test('where flyctl looks for it, pushes to the registry, and runs', async () => {
      const scene = await setScene(real?.env() ?? {}, '')
      const { app } = scene
      await scene.api('/v1/apps', 'POST', { name: app, org_slug: 'personal' })
      await addSource(scene)
      const toml = await scene.toml(web(app))
      // No engine is to be found.
      const line = `deploy . --app ${app} --config ${toml} --ha=false --dns-checks=false --yes`
      const result = await scene.start(line.split(' '), {
        env: { DOCKER_HOST: 'tcp://127.0.0.1:9' },
      })
      expect(result).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining('Connected to buildkit daemon at unix://'),
      })
      const [machine] = await machinesIn(scene, app)
      expect(machine).toMatchObject({
        config: { image: expect.stringContaining(`/${app}:deployment-`) },
      })
      expect((await sandbox('status')).stdout).not.toContain('unknown')
    })

    test('not left behind by a sandbox that was killed', async () => {
      const root = `--root=${join(state(), 'buildkit')}`
      expect(await withArgument(root)).toHaveLength(1)
      const { pid } = JSON.parse(await readFile(join(state(), 'run.json'), 'utf8'))
      process.kill(pid, 'SIGKILL')
      await sandbox('down')
      expect(await withArgument(root)).toEqual([])
      expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(state())
    })
  })
})

async function addSource({ folder }: Scene<string>): Promise<void> {
  await cp('/bin/busybox', join(folder, 'busybox'))
  await writeFile(join(folder, 'info'), 'Health Ok!\n')
  await writeFile(join(folder, 'Dockerfile'), dockerfile)
}
