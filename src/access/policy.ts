import { FlyopsError } from '../errors.js'
import { fullScope, namePattern, type Scope } from './caller.js'
import type { Rules } from './rules.js'

/** What this flyops does at all, whoever calls. */
export interface Policy extends Scope {
  /** Whether tools that change something are refused. */
  readonly readOnly: boolean
  /** What the policy file says now, where there is one. Raises `refused` where it has become unusable. */
  readonly rules?: () => Rules
  /** Where it is. */
  readonly rulesFile?: string
}

export const fullPolicy: Policy = { ...fullScope, readOnly: false }

/** From a commit to a healthy app, and what that needs when it goes wrong. */
export const coreTools: readonly string[] = [
  'build_image',
  'push_image',
  'create_app',
  'deploy_image',
  'list_releases',
  'check_health',
  'get_job',
  'cancel_job',
  'doctor',
]

export interface PolicyText {
  readonly readOnly: boolean
  /** Names with commas, in which `*` stands for any text; undefined for all. */
  readonly apps: string | undefined
  /** The same, with `core` for the tools of the basic flow and `all` for every one. */
  readonly tools: string | undefined
}

/** Raises `invalid_input` naming the flag. */
export function readPolicy({ readOnly, apps, tools }: PolicyText): Policy {
  return {
    readOnly,
    apps: apps === undefined ? fullPolicy.apps : names('--apps', apps),
    tools: tools === undefined ? fullPolicy.tools : names('--tools', tools).flatMap(toolsOf),
  }
}

/** Raises `invalid_input`, and for a rule `refused`, for a tool that there is not: it would be missing without a word. */
export function checkToolNames(
  { tools, rules, rulesFile }: Policy,
  known: readonly string[],
): void {
  const isUnknown = (name: string) => !name.includes('*') && !known.includes(name)
  const unknown = tools.find(isUnknown)
  if (unknown !== undefined)
    throw invalid('--tools', unknown, `core, all or of ${known.join(', ')}`)
  for (const rule of rules?.().rules ?? []) {
    const strange = rule.tools.find((name) => name !== 'read' && isUnknown(name))
    if (strange !== undefined)
      throw new FlyopsError(
        'refused',
        'settings',
        `The policy file ${rulesFile}: the rule "${rule.name}" names the tool "${strange}", which there is not.`,
        { remedy: `Mend the file: tools are core, all, read, ${known.join(', ')}.` },
      )
  }
}

/** The tools that `core` and `all` stand for; any other name is its own. */
export function toolsOf(name: string): readonly string[] {
  if (name === 'core') return coreTools
  return name === 'all' ? fullPolicy.tools : [name]
}

function names(flag: string, text: string): readonly string[] {
  const found = text.split(',').map((name) => name.trim())
  if (found.every((name) => namePattern.test(name))) return found
  throw invalid(flag, text, 'names with commas; * stands for any text')
}

function invalid(flag: string, value: string, wanted: string): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `${flag} has "${value}".`, {
    remedy: `Set ${flag} to ${wanted}.`,
  })
}
