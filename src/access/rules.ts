import { FlyopsError } from '../errors.js'
import { type Caller, covers } from './caller.js'

/** Who may do what with which apps, and how much of it; the first that fits who calls, the tool and the app decides. */
export interface Rule {
  /** For people: refusals name it. */
  readonly name: string
  /** Owners of calls, `group:NAME` of this file and `claim:NAME` of their identity provider; `*` stands for any text. */
  readonly who: readonly string[]
  /** Names of tools with or without `*`, and `read` for those that change nothing. */
  readonly tools: readonly string[]
  readonly apps: readonly string[]
  readonly orgs?: readonly string[] | undefined
  readonly regions?: readonly string[] | undefined
  readonly maxMachines?: number | undefined
  readonly maxMemoryMb?: number | undefined
  /** US dollars, of one app with every machine running. */
  readonly maxMonthlyDollars?: number | undefined
  /** Who, and never the caller, must approve of what is to be deployed. */
  readonly approval?: readonly string[] | undefined
}

/** A time in which nothing of some apps is changed. */
export interface Freeze {
  readonly apps: readonly string[]
  readonly until: Date
  readonly reason: string
}

/** What a policy file says. Where there is any rule, what no rule allows is refused. */
export interface Rules {
  readonly groups: Readonly<Record<string, readonly string[]>>
  readonly rules: readonly Rule[]
  readonly freezes: readonly Freeze[]
}

export interface RuledTool {
  readonly name: string
  readonly readsOnly: boolean
}

/** Whoever calls, as rules see them. */
export type Person = Pick<Caller, 'owner' | 'groups'>

interface RuledCall {
  readonly caller: Person
  readonly tool: RuledTool
  /** The apps that the call names; undefined where the tool needs none. */
  readonly apps: readonly string[] | undefined
  /** Whether it only shows what would be done. */
  readonly isPlan?: boolean | undefined
}

/** Whether somebody is meant by names of owners and groups. */
export function isAmong(rules: Rules, who: readonly string[], caller: Person): boolean {
  return who.some((name) =>
    name.startsWith('group:')
      ? (rules.groups[name.slice('group:'.length)] ?? []).some((each) => isMeant(each, caller))
      : isMeant(name, caller),
  )
}

/** A group of an identity provider is never taken for one of the file. */
function isMeant(name: string, { owner, groups = [] }: Person): boolean {
  if (!name.startsWith('claim:')) return covers([name], owner)
  return groups.includes(name.slice('claim:'.length))
}

/** The rule that decides; undefined where none allows it. An app that is left out stands for any. */
export function ruleFor(
  rules: Rules,
  { caller, tool, app }: Omit<RuledCall, 'apps' | 'isPlan'> & { readonly app?: string | undefined },
): Rule | undefined {
  return rules.rules.find(
    (rule) =>
      isAmong(rules, rule.who, caller) &&
      coversTool(rule, tool) &&
      (app === undefined || covers(rule.apps, app)),
  )
}

/** Whether a caller may see an app at all. */
export function mayMeet(rules: Rules, caller: Person, app: string): boolean {
  return (
    rules.rules.length === 0 ||
    rules.rules.some((rule) => isAmong(rules, rule.who, caller) && covers(rule.apps, app))
  )
}

/** Raises `refused`, with the freeze or with the rules that would allow the call to others. */
export function checkRules(rules: Rules, call: RuledCall, nowMs: number): void {
  const { caller, tool, apps, isPlan } = call
  // A call that should name an app and does not is for those alone whose rules are about every app.
  const named: readonly (string | undefined)[] = apps?.length === 0 ? ['*'] : (apps ?? [undefined])
  for (const app of named) {
    if (rules.rules.length > 0 && ruleFor(rules, { caller, tool, app }) === undefined)
      throw notAllowed(rules, { caller, tool, app })
    const freeze = tool.readsOnly || isPlan ? undefined : findFreeze(rules, app, nowMs)
    if (freeze !== undefined) throw frozen(app ?? '', freeze)
  }
}

/** The freeze that an app is under. */
export function findFreeze(
  { freezes }: Rules,
  app: string | undefined,
  nowMs: number,
): Freeze | undefined {
  if (app === undefined) return undefined
  return freezes.find(({ apps, until }) => until.getTime() > nowMs && covers(apps, app))
}

function coversTool({ tools }: Rule, { name, readsOnly }: RuledTool): boolean {
  return covers(tools, name) || (readsOnly && tools.includes('read'))
}

function notAllowed(
  { rules }: Rules,
  { caller, tool, app }: Omit<RuledCall, 'apps'> & { readonly app?: string | undefined },
): FlyopsError {
  const on = app === undefined || app === '*' ? '' : ` on the app ${app}`
  const others = rules.filter(
    (rule) => coversTool(rule, tool) && (app === undefined || covers(rule.apps, app)),
  )
  const remedy =
    others.length === 0
      ? 'No rule allows it to anybody; whoever keeps the policy file decides it.'
      : `Ask those who may: ${others.map(({ name, who }) => `${who.join(', ')} (rule "${name}")`).join('; ')}.`
  return new FlyopsError(
    'refused',
    'preflight',
    `No rule of this flyops lets ${caller.owner} use ${tool.name}${on}.`,
    { remedy },
  )
}

/** What a freeze says. */
export function frozenText(app: string, { until, reason }: Omit<Freeze, 'apps'>): string {
  return `Nothing of ${app} is changed until ${until.toISOString()}: ${reason}`
}

function frozen(app: string, { until, reason }: Freeze): FlyopsError {
  return new FlyopsError('refused', 'preflight', frozenText(app, { until, reason }), {
    remedy: 'Wait for that time, or ask whoever keeps the policy file to end the freeze.',
  })
}
