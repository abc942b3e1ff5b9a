import { digestOf } from './world.js'

type Labels = Readonly<Record<string, string>>

/** Fly's registry, as it answers over HTTP for what Fly's remote builder has pushed. */
export interface PlayedRegistry {
  /** `image` is like `hello:1a2b3c4`. */
  push(image: string, labels: Labels): void
  /** What is under such a path as `/v2/hello/manifests/1a2b3c4`. */
  at(path: string): string | undefined
  clear(): void
}

export function createPlayedRegistry(): PlayedRegistry {
  const content = new Map<string, string>()
  return {
    push(image, Labels) {
      const [app, tag] = image.split(':')
      const config = JSON.stringify({ config: { Labels, ExposedPorts: { '3000/tcp': {} } } })
      const digest = digestOf(config)
      const manifest = JSON.stringify({
        config: { digest, size: config.length },
        layers: [{ size: 1000 }],
      })
      content.set(`/v2/${app}/blobs/${digest}`, config)
      for (const reference of [tag, digestOf(manifest)])
        content.set(`/v2/${app}/manifests/${reference}`, manifest)
    },
    at: (path) => content.get(path),
    clear: () => content.clear(),
  }
}
