import { readFile } from 'node:fs/promises'
import { FlyopsError } from '../../../src/errors.js'
import type { AppStatus, DeployEnding, Flyctl, Release } from '../../../src/fly/flyctl.js'
import { inputsLabel, revisionLabel } from '../../../src/fly/image-labels.js'
import { parseToml } from '../../../src/fly-toml/parse.js'
import { machine } from '../machines.js'
import { ended } from '../run-result.js'
import { pushTo } from './docker.js'
import { type AppInMemory, digestOf, registryHost, type World } from './world.js'

const user = 'joe@example.com'

/** Fly of the world, as its login sees it: one organization, `personal`. */
export function flyctlOf(world: World): Flyctl {
  function find(name: string): AppInMemory {
    const app = world.apps.get(name)
    if (app === undefined)
      throw new FlyopsError('app_not_found', 'preflight', `There is no app ${name}.`)
    return app
  }
  return {
    version: async () => ({ version: '0.4.0', standIn: false }),
    login: () => ({ from: 'fly auth login' }),
    whoami: async () => user,
    authDocker: async () => {},
    registryToken: async () => 'fm2_of-joe',
    async build({ app, tag, labels, buildArgs, target }) {
      const image = `${registryHost}/${app}:${tag}`
      world.done.push(`build ${image} at Fly`)
      const content = JSON.stringify([labels, world.source.dirtyDigest, buildArgs, target])
      const outcome = pushTo(world, image, digestOf(content))
      const pushed = world.registry.get(image)
      if (outcome.kind === 'pushed' && pushed !== undefined)
        world.registry.set(image, { ...pushed, labels })
      return outcome.kind === 'pushed'
        ? ended({ outcome: 'ok' })
        : ended({ stderr: 'Error: failed to push: 404: app repository not found' })
    },
    orgs: async () => [{ slug: 'personal', name: 'Joe' }],
    async createApp(name = 'made-up-name', org) {
      world.done.push(`create ${name}`)
      const app = newApp(name, org)
      world.apps.set(name, app)
      return app
    },
    status: async (name) => statusOf(find(name)),
    apps: async () =>
      [...world.apps.values()].map(({ name, org, release }) => ({
        name,
        org,
        status: release === 0 ? 'pending' : 'deployed',
        isDeployed: release > 0,
      })),
    async destroyApp(name) {
      find(name)
      world.done.push(`destroy ${name}`)
      world.apps.delete(name)
    },
    releases: async (name) => find(name).releases,
    logs: async () => [],
    validateConfig: async () => [],
    runningConfig: async (name) => find(name).config,
    async deploy({ app: name, image, strategy, configPath }) {
      world.done.push(`deploy ${image} to ${name}${strategy === undefined ? '' : ` ${strategy}`}`)
      const { machine: changes = {}, error, changesNothing } = world.rollOuts.shift() ?? {}
      const app = find(name)
      const release = app.release + 1
      const imageDigest = world.registry.get(image)?.digest
      const { inputs, commit } = labelsOf(world, image)
      const made = { id: `m-${name}`, release, image, imageDigest, commit, inputs }
      const deployed = machine({ ...made, ...changes })
      world.apps.set(name, {
        ...app,
        release,
        machines: changesNothing ? app.machines : [deployed],
        config: parseToml(await readFile(configPath, 'utf8')),
        releases: [releaseOf(release, image, error === undefined), ...app.releases],
      })
      return endingOf(release, error)
    },
    async clearLeases(name, machines) {
      world.done.push(`clear the leases of ${machines.join(', ')} of ${name}`)
    },
    async scale({ app: name, group, count }) {
      world.done.push(`scale ${group} of ${name} to ${count}`)
      const app = find(name)
      const own = app.machines.filter(({ processGroup }) => processGroup === group)
      const [like] = own
      const made = Array.from(
        { length: count },
        (_, index) => own[index] ?? { ...like, id: `m${index}` },
      )
      const others = app.machines.filter(({ processGroup }) => processGroup !== group)
      world.apps.set(name, { ...app, machines: [...others, ...(made as typeof own)] })
    },
    secretNames: async (name) => find(name).secrets,
    async setSecrets({ app: name, values, stage }) {
      const app = find(name)
      world.done.push(`set secrets of ${name}`)
      const secrets = [...app.secrets, ...Object.keys(values)]
      const [newest] = app.releases
      if (stage || newest?.image === undefined)
        return void world.apps.set(name, { ...app, secrets })
      const release = app.release + 1
      const machines = app.machines.map((each) => ({ ...each, release }))
      const releases = [releaseOf(release, newest.image, true), ...app.releases]
      world.apps.set(name, { ...app, secrets, release, machines, releases })
    },
  }
}

function labelsOf({ local }: World, image: string) {
  const labels = local.get(image)?.labels ?? {}
  return { commit: labels[revisionLabel], inputs: labels[inputsLabel] }
}

function newApp(name: string, org: string): AppInMemory {
  const hostname = `${name}.fly.dev`
  const url = `https://${hostname}`
  return {
    ...{ name, org, hostname, url, release: 0, machines: [], releases: [], secrets: [] },
    config: {},
  }
}

function statusOf({
  releases: _releases,
  secrets: _secrets,
  config: _config,
  ...status
}: AppInMemory): AppStatus {
  return status
}

function endingOf(release: number, error: string | undefined): DeployEnding {
  const isDone = error === undefined
  return {
    result: {
      outcome: isDone ? 'ok' : 'failed',
      exitCode: isDone ? 0 : 1,
      signal: undefined,
      stdout: '',
      stderr: error ?? '',
      durationMs: 1,
    },
    release: isDone ? release : undefined,
    notListening: false,
  }
}

function releaseOf(version: number, image: string, isComplete: boolean): Release {
  return {
    version,
    status: isComplete ? 'complete' : 'failed',
    image,
    createdAt: '2026-01-02T03:04:05Z',
    user,
  }
}
