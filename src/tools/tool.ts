import { z } from 'zod'
import { checkPermission, mayUseApp, type Permission } from '../access/permission.js'
import type { FlyopsError, Stage } from '../errors.js'
import { bounded, type LimitedWork, type ToolContext } from '../flow/context.js'
import { failureOf } from '../flow/failure.js'
import * as fields from '../flow/fields.js'
import { given } from '../flow/given.js'
import { checkTexts, invalidInput } from '../flow/invalid-input.js'
import { resultOf } from '../flow/jobs/running.js'
import { namedApps } from '../flow/named-apps.js'
import type { Job, Limits } from '../jobs/job.js'
import { callerRules } from './caller-rules.js'
import { isPlan, withFreezes } from './frozen-plan.js'
import type { ToolResult } from './tool-result.js'

/** Hints for clients; each has a value, for the protocol's defaults are the dangerous ones. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

/** Looks, and changes nothing. */
export const readsOnly: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
}

/**
 * Changes something. Of these none is said to be harmless, as directories of servers want it, and for good reason: a
 * build moves a tag and runs the commands of its Dockerfile, a test runs whatever is in the image, with the secrets that
 * it is given, and an app that is created takes its name from everybody else.
 */
export const mayReplace: ToolAnnotations = {
  ...readsOnly,
  readOnlyHint: false,
  destructiveHint: true,
}

/** What a tool file writes down. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodType> {
  /** snake_case; the file has the same name in kebab-case. */
  readonly name: string
  readonly title: string
  /** What it does, when to use it, what comes next; about 400 characters. */
  readonly description: string
  readonly annotations: ToolAnnotations
  readonly input: Input
  readonly output: Output
  /**
   * Whether a caller whose apps are bounded may call it without naming one: where it leaves out what is of others, or
   * is about no app. Default: no.
   */
  readonly needsNoApp?: 'filters' | 'none'
  /** Not among the calls that are bounded: it starts nothing, or a job, and jobs have a bound of their own. */
  readonly isFree?: true
  /** Command lines for its help. */
  readonly examples: readonly string[]
  /** Raises FlyopsError. */
  run(input: z.output<Input>, context: ToolContext): Promise<z.output<Output>>
  /** One sentence for people about a result. */
  summarize(output: z.output<Output>): string
}

/** A tool as the catalogue holds it: called with whatever a caller sent. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations: ToolAnnotations
  readonly input: z.ZodType
  /** What the command line takes: it waits for the end. */
  readonly flags: z.ZodType
  readonly output: z.ZodType
  readonly examples: readonly string[]
  /** The apps that a call names, as its arguments came; undefined where it needs none. Raises `invalid_input`. */
  namedApps(args: unknown, registryHost: string): readonly string[] | undefined
  /** An output of its work, with the sentence about it. */
  resultOf(output: object): ToolResult
  /** Raises `invalid_input` before anything is started, and what the tool raises. */
  call(args: unknown, context: ToolContext): Promise<ToolResult>
}

/** Joins a tool to the one way in which arguments are checked. */
export function defineTool<
  Input extends z.ZodObject,
  Output extends z.ZodType<Readonly<Record<string, unknown>>>,
>(definition: ToolDefinition<Input, Output>): Tool {
  const { name, title, description, annotations, input, output, examples } = definition
  const resultOf = (result: object): ToolResult => ({
    output: result as z.output<Output>,
    summary: definition.summarize(result as z.output<Output>),
  })
  return {
    name,
    title,
    description,
    annotations,
    input,
    flags: input,
    output,
    examples,
    namedApps(args, registryHost) {
      const apps = namedApps(input, args, registryHost)
      return apps.length === 0 && definition.needsNoApp !== undefined ? undefined : apps
    },
    async call(args, context) {
      checkTexts(name, args)
      const parsed = input.safeParse(args)
      if (!parsed.success) throw invalidInput(name, input, parsed.error)
      const run = () => definition.run(parsed.data, context)
      return resultOf(await (definition.isFree ? run() : bounded(context, run)))
    },
    resultOf,
  }
}

export type Outcome = { readonly result: ToolResult } | { readonly error: FlyopsError }

/** What a call may use beside what follows from who calls. */
export type CallParts = Omit<ToolContext, 'owner' | 'mayUseApp' | 'rules' | 'output'>

/** The one path of every call, and the one place that turns what was raised in it into an outcome. */
export async function callTool(
  tool: Tool,
  args: unknown,
  permission: Permission,
  parts: CallParts,
): Promise<Outcome> {
  const context = {
    ...contextOf(permission, parts),
    rules: callerRules(permission, offeredTool(tool)),
  }
  try {
    const namedApps = () => tool.namedApps(args, parts.registryHost)
    const isShown = isPlan(args)
    checkPermission(permission, { tool: offeredTool(tool), namedApps, isPlan: isShown })
    const result = await tool.call(args ?? {}, context)
    return { result: isShown ? withFreezes(result, namedApps() ?? [], permission.policy) : result }
  } catch (error) {
    return { error: failureOf(error, { ...parts, tool: tool.name, args }) }
  }
}

/** What a call of this caller may use. */
export function contextOf(permission: Permission, parts: CallParts): ToolContext {
  return {
    ...parts,
    owner: permission.caller.owner,
    mayUseApp: (app) => mayUseApp(permission, app),
    output: () => {},
  }
}

/** How a job of this tool ended, as a call is told that waited for it; undefined while it runs. */
export function outcomeOf(tool: Tool, job: Job): Outcome | undefined {
  const ending = job.ending()
  if (ending === undefined) return undefined
  if (ending.status === 'done') return { result: tool.resultOf(ending.value as object) }
  // A long tool's job raises nothing else.
  return { error: ending.error as FlyopsError }
}

/** What decides whether a tool is offered. */
export function offeredTool({ name, annotations }: Tool) {
  return { name, readsOnly: annotations.readOnlyHint }
}

type Shape = z.core.$ZodLooseShape

/** A tool whose work may outlive the call. */
export interface LongToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject>
  extends ToolDefinition<Input, Output> {
  /** Where its work begins. */
  readonly stage: Stage
  /** Whose limits hold. */
  readonly work: LimitedWork
  /** Raises the limits for calls that may take longer. */
  readonly limits?: (input: z.output<Input>, limits: Limits) => Limits
  /** Whether the work, at that stage, goes on where a caller cancels its request. */
  readonly outlivesCaller: (stage: Stage) => boolean
}

/** What a long tool answers while its work goes on. */
export const runningFields = {
  status: z.enum(['done', 'partly_done', 'running']),
  job_id: z.string().optional(),
  stage: z.string().optional(),
  percent: z.number().optional(),
  last_line: z.string().optional(),
  elapsed_ms: fields.count.optional(),
  next: fields.next.optional(),
} satisfies Shape

/**
 * A tool that answers after `wait_seconds` at the latest: with its result, or with a job that can be
 * asked for it. The same call made again waits for the job that runs.
 */
export function defineLongTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: LongToolDefinition<Input, Output>,
): Tool {
  const { name, limits: limitsOf = (_input, limits) => limits } = definition
  const tool = defineTool({
    ...definition,
    isFree: true,
    input: definition.input.extend({ wait_seconds: fields.waitSeconds.meta(fields.untold) }),
    output: definition.output.extend(runningFields),
    async run({ wait_seconds, ...rest }, context) {
      const input = rest as z.output<Input>
      const waitSeconds = wait_seconds as z.output<typeof fields.waitSeconds>
      const job = await context.jobs.startOnce(`${name} ${JSON.stringify(input)}`, {
        tool: name,
        owner: context.owner,
        stage: definition.stage,
        limits: limitsOf(input, context.limits[definition.work]),
        run: (work) =>
          context.watch({ kind: 'job', tool: name, id: work.jobId }, () =>
            definition.run(input, { ...context, ...work }).catch((error: unknown) => {
              const args = given(definition.input, input)
              throw failureOf(error, { tool: name, args, signal: work.signal, log: context.log })
            }),
          ),
      })
      const waitMs = fields.waitMs(waitSeconds, { waitMs: context.task?.afterMs ?? context.waitMs })
      return (await resultOf(job, definition.outlivesCaller, { ...context, waitMs })) as never
    },
    summarize: (output) =>
      output.status === 'running'
        ? `${name} goes on as job ${String(output.job_id)}: ${String(output.last_line)}`
        : definition.summarize(output as unknown as z.output<Output>),
  })
  return { ...tool, flags: definition.input }
}
