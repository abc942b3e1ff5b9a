import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Caller } from '../access/caller.js'
import type { ToolContext } from '../flow/context.js'
import type { TraceContext } from '../flow/watch.js'
import type { ProgressNotification } from './progress.js'

/** A call of a tool, of whichever version of the protocol. */
export interface ToolCall {
  readonly caller: Caller
  readonly name: string
  readonly args: unknown
  /** Of the client's span, where it told of one. */
  readonly trace?: TraceContext | undefined
  /** Aborts where the client has cancelled the call, or is gone. */
  readonly signal: AbortSignal
  /** Asked once it has aborted: whether work goes on all the same, whatever the tool says. */
  readonly keepsWork: () => boolean
  /** Whether work that takes longer may be handed to the client as a task. */
  readonly takesTasks: boolean
  /** Absent where the client did not ask for progress. */
  readonly sendProgress: ((notification: ProgressNotification) => void) | undefined
  /** Absent where the client cannot ask its person. */
  readonly askToType: ToolContext['askToType'] | undefined
}

export type CallAnswer =
  | { readonly kind: 'result'; readonly result: CallToolResult }
  | { readonly kind: 'task'; readonly task: Task }

/** Work that goes on after its call was answered (ext-tasks, Tasks). */
export interface Task {
  readonly taskId: string
  readonly status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'
  readonly statusMessage?: string
  /** ISO 8601, as is the next. */
  readonly createdAt: string
  readonly lastUpdatedAt: string
  /** How long after its creation it is kept; null where that is not known yet. */
  readonly ttlMs: number | null
  readonly pollIntervalMs: number
  /** What its status brings with it: the result of one that is completed. */
  readonly payload: Readonly<Record<string, unknown>>
  /** Resolves when it may have changed, or `signal` aborts. */
  changed(signal: AbortSignal): Promise<void>
}

/** What may be named in a call; the newest first. */
export interface Names {
  readonly apps: readonly string[]
  readonly images: readonly { readonly app: string; readonly image: string }[]
}

/** What answers calls, and knows what became of them. */
export interface Backend {
  /** Undefined where there is no such tool. */
  call(call: ToolCall): Promise<CallAnswer | undefined>
  /** Undefined where there is none, or it is somebody else's. */
  task(taskId: string, caller: Caller): Promise<Task | undefined>
  /** Asks a task to stop; false where there is none, or it is somebody else's. */
  cancelTask(taskId: string, caller: Caller): Promise<boolean>
  /** Those that the caller may see; soon, or none. */
  names(caller: Caller): Promise<Names>
}
