import type { ProgressUpdate } from '../progress.js'

/** Follows what `docker push` prints without a terminal. */
export interface PushReader {
  read(line: string): ProgressUpdate | undefined
  layers(): { readonly pushed: number; readonly existing: number }
  /** Out of the last line, "TAG: digest: sha256:… size: N". */
  digest(): string | undefined
}

/** "5f70bf18a086: Layer already exists", "a1b2c3d4e5f6: Pushed", "… : Mounted from hello" (docker 20.10 to 28). */
const layerPattern =
  /^([0-9a-f]{12}): (Preparing|Waiting|Pushing|Pushed|Layer already exists|Mounted from .*)/

export function createPushReader(): PushReader {
  const layers = new Map<string, string>()
  let digest: string | undefined
  const count = (pattern: RegExp) =>
    [...layers.values()].filter((state) => pattern.test(state)).length
  return {
    read(line) {
      digest = /digest: (sha256:[0-9a-f]{64})/.exec(line)?.[1] ?? digest
      const [, layer, state] = layerPattern.exec(line) ?? []
      if (layer === undefined || state === undefined) return undefined
      layers.set(layer, state)
      const done = count(/^(?:Pushed|Layer already|Mounted)/)
      const percent = Math.round((done / layers.size) * 100)
      return { message: `pushing: ${done} of ${layers.size} layers`, percent }
    },
    layers: () => ({ pushed: count(/^Pushed/), existing: count(/^(?:Layer already|Mounted)/) }),
    digest: () => digest,
  }
}
