import type { ErrorCode } from '../error-codes.js'
import { FlyopsError } from '../errors.js'
import { type Caller, covers, type Scope } from './caller.js'
import type { Policy } from './policy.js'
import { checkRules, mayMeet, type Rules, ruleFor } from './rules.js'

/** Both must allow a call. */
export interface Permission {
  readonly policy: Policy
  readonly caller: Caller
}

export interface OfferedTool {
  readonly name: string
  /** Whether it looks and changes nothing. */
  readonly readsOnly: boolean
}

export interface PermissionRequest {
  readonly tool: OfferedTool
  /** The apps that the call names; undefined where the tool needs none. */
  readonly namedApps: () => readonly string[] | undefined
  /** Whether it only shows what would be done: a freeze lets it pass. */
  readonly isPlan?: boolean
}

/** Offered where a rule asks for approvals, and nowhere else. */
export const approvalTool = 'approve_plan'

/** Whether a caller sees a tool. */
export function isOffered({ policy, caller }: Permission, tool: OfferedTool): boolean {
  const { name, readsOnly } = tool
  return (
    (readsOnly || !policy.readOnly) &&
    covers(policy.tools, name) &&
    covers(caller.scope.tools, name) &&
    isOfferedByRules({ policy, caller }, tool)
  )
}

function isOfferedByRules({ policy, caller }: Permission, tool: OfferedTool): boolean {
  const rules = rulesOf(policy)
  if (rules === undefined || rules.rules.length === 0) return tool.name !== approvalTool
  const asks = rules.rules.some(({ approval }) => approval !== undefined)
  return (asks || tool.name !== approvalTool) && ruleFor(rules, { caller, tool }) !== undefined
}

/** Undefined also where the file has become unusable: each call is refused then, and its caller told why. */
function rulesOf({ rules }: Policy): Rules | undefined {
  try {
    return rules?.()
  } catch {
    return undefined
  }
}

/** Whether a caller may see an app, and name it in a call. */
export function mayUseApp({ policy, caller }: Permission, app: string): boolean {
  const rules = policy.rules?.()
  return (
    covers(policy.apps, app) &&
    covers(caller.scope.apps, app) &&
    (rules === undefined || mayMeet(rules, caller, app))
  )
}

/**
 * Raises `refused` where the policy, or a rule of its file, does not allow the tool or an app that the call names, and
 * `forbidden` where the caller's scope does not.
 */
export function checkPermission({ policy, caller }: Permission, request: PermissionRequest): void {
  const { name, readsOnly } = request.tool
  if (policy.readOnly && !readsOnly) {
    throw byPolicy(`${name} changes something, and this flyops is read-only.`)
  }
  checkScope(policy, request, (what) => byPolicy(`This flyops may not use ${what}.`))
  checkScope(caller.scope, request, (what) => byScope(`${caller.owner} may not use ${what}.`))
  const rules = policy.rules?.()
  if (rules === undefined) return
  const { tool, isPlan } = request
  checkRules(rules, { caller, tool, isPlan, apps: request.namedApps() }, Date.now())
}

function checkScope(
  scope: Scope,
  { tool, namedApps }: PermissionRequest,
  refused: (what: string) => FlyopsError,
): void {
  if (!covers(scope.tools, tool.name)) throw refused(tool.name)
  if (scope.apps.includes('*')) return
  const apps = namedApps()
  if (apps === undefined) return
  // A tool that names its app in another way is closed to these callers until it is known here.
  if (apps.length === 0) throw refused(`${tool.name} without naming an app`)
  const other = apps.find((app) => !covers(scope.apps, app))
  if (other !== undefined) throw refused(`the app ${other}`)
}

function byPolicy(message: string): FlyopsError {
  return refusal(
    'refused',
    message,
    'Whoever runs this flyops decides it: --read-only, --apps and --tools.',
  )
}

function byScope(message: string): FlyopsError {
  return refusal(
    'forbidden',
    message,
    'Ask whoever keeps the tokens of this server for a token with that scope.',
  )
}

function refusal(code: ErrorCode, message: string, remedy: string): FlyopsError {
  return new FlyopsError(code, 'preflight', message, { remedy })
}
