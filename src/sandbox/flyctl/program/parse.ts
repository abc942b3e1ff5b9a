import type { FlagSpec } from './command.js'
import { FlyctlError } from './failure.js'
import type { Flags } from './flags.js'

/** How Go's strconv.ParseBool reads a truth value. */
const truths: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false])),
}

/**
 * Go's flags never take the next word for a value that they do not need: `--ha false` is `--ha` and an
 * argument. Commander has no such flags, so a bare one is written out here: `--ha=true`.
 */
export function writeOutBareFlags(
  argv: readonly string[],
  flags: readonly FlagSpec[],
): readonly string[] {
  const end = argv.indexOf('--')
  return argv.map((word, index) => {
    if (end !== -1 && index >= end) return word
    const bare = flags.find((flag) => isBare(flag, word))
    return bare === undefined ? word : `--${bare.name}=${bare.bare ?? 'true'}`
  })
}

function isBare({ name, short, type, bare }: FlagSpec, word: string): boolean {
  if (type !== 'bool' && bare === undefined) return false
  return word === `--${name}` || (short !== undefined && word === `-${short}`)
}

/** The flags that commander found, in their types. Raises in the words of Go's pflag. */
export function readFlags(
  specs: readonly FlagSpec[],
  found: Readonly<Record<string, unknown>>,
): Flags {
  for (const spec of specs) checkValue(spec, found[spec.name])
  const spec = (name: string) => specs.find((each) => each.name === name)
  return {
    text: (name) => lastOf(found[name]) ?? '',
    isOn: (name) => truths[lastOf(found[name]) ?? ''] ?? spec(name)?.otherwise ?? false,
    all: (name) => valuesOf(found[name]),
    isGiven: (name) => found[name] !== undefined,
  }
}

function valuesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function lastOf(value: unknown): string | undefined {
  return valuesOf(value).at(-1)
}

function checkValue({ name, short, type }: FlagSpec, value: unknown): void {
  const shown = short === undefined ? `--${name}` : `-${short}, --${name}`
  for (const each of valuesOf(value)) {
    const invalid = `invalid argument ${JSON.stringify(each)} for "${shown}" flag: `
    if (type === 'bool' && truths[each] === undefined)
      throw new FlyctlError(
        `${invalid}strconv.ParseBool: parsing ${JSON.stringify(each)}: invalid syntax`,
      )
    if (type === 'int' && !/^[+-]?\d+$/.test(each))
      throw new FlyctlError(
        `${invalid}strconv.ParseInt: parsing ${JSON.stringify(each)}: invalid syntax`,
      )
  }
}
