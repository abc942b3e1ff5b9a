import { connectClient, type TestClient } from '../../support/client.js'
import { createProject, type Project } from '../../support/project.js'
import { uniqueName } from '../flyctls.js'
import type { Start } from './row.js'

export interface Started {
  readonly project: Project
  /** Of a server that has met no fault. */
  readonly client: TestClient
  readonly app: string
  readonly image: string
}

/** Brings apps as far as rows want them, each as seldom as possible. */
export interface Starts {
  of(start: Start): Promise<Started>
  remove(): Promise<void>
}

/** Calls answer with their end, also on a busy machine. */
export const patience = { FLYOPS_WAIT_SECONDS: '110s' }

interface Workshop {
  readonly project: Project
  readonly client: TestClient
}

export function createStarts(env: () => Record<string, string>): Starts {
  const workshops = new Map<string, Promise<Workshop>>()
  const shared = new Map<string, Promise<Started>>()

  async function openWorkshop(files: Readonly<Record<string, string>>): Promise<Workshop> {
    const project = await createProject('hello')
    for (const [path, text] of Object.entries(files)) await project.write(path, text)
    if (Object.keys(files).length > 0) {
      await project.git('add', '--all')
      await project.git('commit', '--quiet', '--message', 'Change the app')
    }
    return {
      project,
      client: await connectClient({ root: project.root, env: { ...env(), ...patience } }),
    }
  }

  async function push({ client }: Workshop, app: string, isPushed: boolean): Promise<string> {
    const { image } = await client.call<{ image: string }>('build_image', { app })
    if (isPushed) await client.call('push_image', { image })
    return image
  }

  async function bring(start: Start): Promise<Started> {
    const { progress, files = {}, own } = start
    const workshop = await remembered(workshops, JSON.stringify(files), () => openWorkshop(files))
    const app = uniqueName('row')
    const { client } = workshop
    if (progress === 'project') return { ...workshop, app, image: '' }
    await client.call('create_app', { app })
    const isPushed = progress !== 'built'
    const isShared = own === 'app' || (own === undefined && progress === 'deployed')
    const image = isShared
      ? (await started({ progress: 'pushed', files })).image
      : await push(workshop, app, isPushed)
    if (progress === 'deployed') await client.call('deploy_image', { app, image })
    return { ...workshop, app, image }
  }

  function started(start: Start): Promise<Started> {
    const { progress, files = {}, own } = start
    const key = JSON.stringify([progress, files])
    return own === undefined ? remembered(shared, key, () => bring(start)) : bring(start)
  }

  return {
    of(start) {
      const { progress, files } = start
      if (progress === 'project') return bring(start)
      // A layer that the registry has never seen: there must be something to push.
      if (progress === 'built')
        return bring({ ...start, files: { ...files, 'www/new.txt': uniqueName('layer') } })
      return started(start)
    },
    async remove() {
      for (const { project, client } of await Promise.all(workshops.values())) {
        await client.close()
        await project.remove()
      }
    },
  }
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>) {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}
