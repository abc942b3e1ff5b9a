import { mergeAssignments, readAssignment } from '../../fly-toml/assignments.js'
import type { EffectiveSetting } from '../../fly-toml/effective.js'
import type { GivenSettings } from '../deploy/input.js'

export interface Sources {
  /** What this call gives, and what earlier ones gave. */
  readonly request: GivenSettings
  readonly kept: GivenSettings
  /** The file that says the rest. */
  readonly from: string
  readonly found?: FoundSources
}

/** Settings that the test of an image finds out where neither the caller nor a toml has them. */
export type OpenSetting = 'internal_port' | 'health_path' | 'memory'

/** Where a setting comes from that nobody gave: the image says it, or a test measured it. */
export type FoundSources = Readonly<Partial<Record<OpenSetting, 'image' | 'measured'>>>

/** A setting, or the variables of one source, as it is in the end. */
export interface KnownSetting {
  /** As callers name it, where they can set it. */
  readonly field: string
  /** "memory 512mb" */
  readonly text: string
  /** "caller", "fly.toml" */
  readonly source: string
}

export function knownSettings(
  settings: readonly EffectiveSetting[],
  sources: Sources,
): readonly KnownSetting[] {
  const known = settings
    .filter(({ field }) => field !== 'env')
    .map((setting) => {
      const { field, of, value } = setting
      const name = of === undefined ? field : `${field} of ${of}`
      return { field, text: `${name} ${value}`, source: sourceOf(setting, sources) }
    })
  const variables = Map.groupBy(
    settings.filter(({ field }) => field === 'env'),
    (setting) => sourceOf(setting, sources),
  )
  const ofEnv = [...variables].map(([source, names]) => ({
    field: 'env',
    text: `env ${names.map(({ of }) => of).join(', ')}`,
    source,
  }))
  return [...known, ...ofEnv, ...assigned(sources)]
}

/** One line for each source: "fly.toml: memory 512mb; region ewr". */
export function bySource(settings: readonly KnownSetting[]): string[] {
  const groups = Map.groupBy(settings, ({ source }) => source)
  return [...groups].map(([source, own]) => `${source}: ${own.map(({ text }) => text).join('; ')}`)
}

function assigned({ request, kept }: Sources): readonly KnownSetting[] {
  const given = request.set ?? []
  return mergeAssignments(kept.set ?? [], given).map((text) => {
    const { key, value } = readAssignment(text)
    const source = given.includes(text) ? 'caller' : 'an earlier call'
    return { field: 'set', text: `${key} ${value}`, source }
  })
}

function sourceOf(setting: EffectiveSetting, { request, kept, from, found }: Sources): string {
  const { [setting.field as OpenSetting]: foundBy } = found ?? {}
  if (foundBy !== undefined) return foundBy
  if (setting.isSet) return 'set'
  if (isGiven(setting, request)) return 'caller'
  if (isGiven(setting, kept)) return 'an earlier call'
  return setting.isWritten ? from : 'Fly’s default'
}

function isGiven({ field, of }: EffectiveSetting, given: GivenSettings): boolean {
  if (field === 'env') return of !== undefined && Object.hasOwn(given.env ?? {}, of)
  const fields = field === 'cpus' ? ['cpus', 'cpu_kind'] : [field]
  return Object.entries(given).some(([name, value]) => fields.includes(name) && value !== undefined)
}
