import { posix, sep } from 'node:path'
import { createMatcher } from './ignore-pattern.js'

interface Rule {
  /** Begins with `!`: takes out of what the rules before it ignore. */
  readonly isException: boolean
  readonly matches: (path: string) => boolean
}

/**
 * Reads a .dockerignore as docker does: for a path with `/`, relative to the context, whether it stays out.
 * A pattern that docker refuses matches nothing here; the build then says so. (moby/patternmatcher 0.6)
 */
export function createIgnore(text: string): (path: string) => boolean {
  const rules = readRules(text)
  return (path) => {
    const isHeld = rules.map(() => false)
    let isIgnored = false
    for (const folder of [...parentsOf(path), path]) {
      isIgnored = false
      for (const [index, { isException, matches }] of rules.entries()) {
        // What a rule says of a folder holds for all in it; a rule that would change nothing is not asked.
        isHeld[index] ||= isException === isIgnored && matches(folder)
        if (isHeld[index]) isIgnored = !isException
      }
    }
    return isIgnored
  }
}

/** The line that keeps exactly this path out, and what lies in it; a line break becomes any one character. */
export function literalPattern(path: string): string {
  const escaped = path.replace(/[*?[\]\\]/g, '\\$&').replace(/^!/, '\\!')
  return `/${escaped.replace(/[\r\n]/g, '?')}`
}

/** "a/b/c" → "a", "a/b". */
function parentsOf(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_name, index) => names.slice(0, index + 1).join('/'))
}

function readRules(text: string): readonly Rule[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => readRule(line.trim()))
}

function readRule(line: string): Rule {
  const written = line.startsWith('!') ? `!${clean(line.slice(1).trim())}` : clean(line)
  // docker cleans twice, and looks for the ! after that.
  const pattern = clean(written)
  const isException = pattern.startsWith('!')
  return { isException, matches: matcherOf(isException ? pattern.slice(1) : pattern) }
}

/** Go's filepath.Clean, and no leading slash. */
function clean(pattern: string): string {
  if (pattern === '') return ''
  const slashed = sep === '/' ? pattern : pattern.replaceAll(sep, '/')
  return posix
    .normalize(slashed)
    .replace(/(?<=.)\/$/, '')
    .replace(/^\/(?=.)/, '')
}

function matcherOf(pattern: string): Rule['matches'] {
  if (!/[*?[\]\\]/.test(pattern)) return (path) => path === pattern
  const suffix = /^\*\*([^*?[\]\\]*)$/.exec(pattern)?.[1]
  if (suffix !== undefined) return (path) => path.endsWith(suffix) || `/${path}` === suffix
  return createMatcher(pattern) ?? (() => false)
}
