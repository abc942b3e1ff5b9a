import type { Container, Docker, PushOutcome, PushRefusal } from '../../../src/docker/docker.js'
import { digestOf, registryHost, type World } from './world.js'

/** An engine whose images depend on the commit and the build's arguments, and the registry of the world. */
export function dockerOf(world: World): Docker {
  return {
    buildkit: undefined,
    async buildAndDeliver({ image, labels, buildArgs, target }, { pushes }) {
      world.done.push(`build ${image}${pushes ? ' and push' : ''}`)
      const content = JSON.stringify([labels, world.source.dirtyDigest, buildArgs, target])
      const outcome = pushes ? pushTo(world, image, digestOf(content)) : undefined
      if (outcome !== undefined && outcome.kind !== 'pushed') return outcome
      const digest = outcome?.digest ?? manifestOf(digestOf(content))
      return { kind: 'built', digest, steps: { total: 3, cached: 0 }, durationMs: 1, warnings: [] }
    },
    describeBuildkit: async () => ({ version: 'v0.17.3' }),
    clientVersion: async () => '28.2.2',
    describeEngine: async () => ({ version: '28.2.2', os: 'linux', architecture: 'amd64' }),
    findBuilder: async () => 'buildx',
    async build({ image, labels, buildArgs, target }) {
      world.done.push(`build ${image}`)
      const content = JSON.stringify([labels, world.source.dirtyDigest, buildArgs, target])
      const built = {
        imageId: digestOf(content),
        architecture: 'amd64',
        os: 'linux',
        sizeBytes: 4_000_000,
        exposedPorts: [8080],
        labels,
      }
      world.local.set(image, built)
      return {
        image: built,
        builder: 'buildx',
        steps: { total: 3, cached: 0 },
        durationMs: 1,
        warnings: [],
      }
    },
    inspectImage: async (image) => world.local.get(image),
    isLocal: async () => true,
    async startContainer({ image }) {
      world.done.push(`test ${image}`)
      return containerOf()
    },
    createLogin: async () => ({ folder: '/login', remove: async () => {} }),
    inspectRemote: async (image) => world.registry.get(image) ?? { kind: 'absent' },
    remotePorts: async () => [],
    async push(image) {
      world.done.push(`push ${image}`)
      const local = world.local.get(image)
      if (local === undefined) return { kind: 'refused', text: 'no such image' }
      return pushTo(world, image, local.imageId)
    },
  }
}

/** What makes an engine of the world a buildkitd. */
export const atBuildkit: Partial<Docker> = {
  buildkit: 'tcp://builder.internal:1234',
  inspectImage: async () => undefined,
  isLocal: () => Promise.reject(new Error('no engine is asked')),
  startContainer: () => Promise.reject(new Error('no engine is asked')),
}

/** What makes it the docker of a machine that has none. */
export const withoutDocker: Partial<Docker> = {
  inspectImage: async () => undefined,
  createLogin: () => Promise.reject(new Error('docker is not asked')),
  inspectRemote: () => Promise.reject(new Error('docker is not asked')),
  build: () => Promise.reject(new Error('docker is not asked')),
  push: () => Promise.reject(new Error('docker is not asked')),
}

type Pushed = Extract<PushOutcome, { kind: 'pushed' }>

export function pushTo(world: World, image: string, imageId: string): Pushed | PushRefusal {
  const [repository = ''] = image.split(':')
  const app = repository.slice(`${registryHost}/`.length)
  if (!world.apps.has(app)) return { kind: 'no_repository', text: 'app repository not found' }
  const digest = manifestOf(imageId)
  const found = { configDigest: imageId, digest, sizeBytes: 2_000_000, layers: 2 }
  world.registry.set(image, { kind: 'found', ...found })
  world.registry.set(`${repository}@${digest}`, { kind: 'found', ...found })
  return { kind: 'pushed', digest, layers: { pushed: 2, existing: 0 } }
}

function manifestOf(imageId: string): string {
  return digestOf(`manifest of ${imageId}`)
}

/** One that serves on port 8080 until it is removed. */
function containerOf(): Container {
  return {
    inspect: async () => ({
      id: 'c0ffee',
      pid: 4711,
      isRunning: true,
      exitCode: 0,
      oomKilled: false,
      publishedPort: () => 32_768,
    }),
    ended: (signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    log: async () => 'listening',
    look: async () => ({ listening: ['0.0.0.0:8080'] }),
    remove: async () => {},
  }
}
