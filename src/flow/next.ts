import type { z } from 'zod'
import type { NextCall } from '../errors.js'
import { createInput } from './app/create-input.js'
import { destroyInput } from './app/destroy-input.js'
import { buildInput } from './build/input.js'
import { deployInput } from './deploy/input.js'
import { doctorInput } from './doctor/input.js'
import { given } from './given.js'
import { checkHealthInput } from './health/input.js'
import { getJobInput } from './jobs/input.js'
import { getLogsInput } from './logs/input.js'
import { promoteInput } from './promote/input.js'
import { pushInput } from './push/input.js'
import { isHidden } from './record/hidden.js'
import { listReleasesInput } from './releases/input.js'
import { rollbackInput } from './rollback/input.js'
import { approveInput } from './rules/input.js'
import { setSecretsInput } from './secrets/input.js'
import { shipInput } from './ship/input.js'
import { testInput } from './test/input.js'

/** What the tools take that are offered here, or made again from the journal. */
export const offered = {
  build_image: buildInput,
  test_image: testInput,
  push_image: pushInput,
  create_app: createInput,
  deploy_image: deployInput,
  list_releases: listReleasesInput,
  check_health: checkHealthInput,
  rollback: rollbackInput,
  promote_image: promoteInput,
  get_job: getJobInput,
  get_logs: getLogsInput,
  set_secrets: setSecretsInput,
  ship: shipInput,
  approve_plan: approveInput,
  destroy_app: destroyInput,
  doctor: doctorInput,
} as const

type Inputs = typeof offered

/** Calls to make next, a function a tool: one that its schema would refuse does not compile. */
export const next = {
  buildImage: offer('build_image'),
  testImage: offer('test_image'),
  pushImage: offer('push_image'),
  createApp: offer('create_app'),
  deployImage: offer('deploy_image'),
  listReleases: offer('list_releases'),
  checkHealth: offer('check_health'),
  rollback: offer('rollback'),
  promoteImage: offer('promote_image'),
  getJob: offer('get_job'),
  getLogs: offer('get_logs'),
  setSecrets: offer('set_secrets'),
  ship: offer('ship'),
  approvePlan: offer('approve_plan'),
  doctor: offer('doctor'),
} as const

function offer<Tool extends keyof Inputs>(tool: Tool) {
  return (args: z.input<Inputs[Tool]>, why: string): NextCall => ({
    tool,
    arguments: given(offered[tool], args),
    why,
  })
}

/** Those that can be made as they stand: without a secret that was cut out of it, a call would be another one. */
export function followable(calls: readonly NextCall[]): readonly NextCall[] {
  return calls.filter((call) => !isHidden(call.arguments))
}

/** A call of the journal once more; undefined where its arguments were not all written down as they were. */
export function recalled(
  tool: string,
  args: Readonly<Record<string, unknown>>,
  why: string,
): NextCall | undefined {
  const input = Object.hasOwn(offered, tool) ? offered[tool as keyof Inputs] : undefined
  const isWhole = !isHidden(args) && input?.safeParse(args).success === true
  return isWhole ? { tool, arguments: args, why } : undefined
}
