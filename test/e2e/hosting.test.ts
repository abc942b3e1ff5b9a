import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../support/paths.js'
import { flyctls } from './flyctls.js'

const folder = join('examples', 'hosting')
const names = (await readdir(join(projectRoot, folder))).filter((name) =>
  name.endsWith('.fly.toml'),
)

describe.each(flyctls)('with $name', ({ isThere, env }) => {
  test.skipIf(!isThere)('each fly.toml of the recipe for a team is valid', async () => {
    for (const name of names) {
      const args = ['config', 'validate', '--strict', '--config', join(folder, name)]
      const flyctl = env().FLYOPS_FLYCTL ?? ''
      const { stdout } = await execa(flyctl, args, { cwd: projectRoot, env: env() })
      expect(stdout, name).toContain('Configuration is valid')
    }
  })
})
