import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { projectRoot } from '../../support/paths.js'
import { createProjectWith, type Project } from '../../support/project.js'

/** A repository of its own with flyops's files as they are here, committed. */
export async function copyOwnRepository(): Promise<Project> {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = await execa('git', listed, { cwd: projectRoot })
  const paths = stdout.split('\0').filter((path) => !/^$|^test\/|^docs\/|^bench\//.test(path))
  return createProjectWith('flyops', async (root) => {
    for (const path of paths) {
      await cp(join(projectRoot, path), join(root, path), { recursive: true })
    }
  })
}
