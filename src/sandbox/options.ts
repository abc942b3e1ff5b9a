import type { Log } from '../log.js'
import type { Run } from '../process/command.js'
import type { ShownRun } from './experiments/run-view.js'
import type { Observer } from './observer.js'

/** How long flyctl watches a machine before it believes in its start (flyctl 2026.8, leasable_machine.go). */
export const smokeSecondsAtFly = 10

export type Environment = Readonly<Record<string, string | undefined>>

/** What every sandbox operation needs to know; `flyops sandbox …` fills it in. */
export interface SandboxOptions {
  /** Absolute folder that holds everything of this sandbox; another folder is another sandbox. */
  readonly stateDir: string
  /** Absolute path of the docker client, where one was found. */
  readonly docker: string | undefined
  /** The caller's environment: which engine, which proxies. */
  readonly env: Environment
  /** May packages be installed and an engine of our own be started? */
  readonly install: boolean
  readonly run: Run
  readonly log: Log
  /** The flyctl stand-in: the Node program and the script. */
  readonly standIn: { readonly node: string; readonly script: string }
  /** Whether a real flyctl was found; then the stand-in is not used. */
  readonly realFlyctl: boolean
  /** How long a registry login holds. */
  readonly loginSeconds: number
  /** After how long without requests a machine is stopped, where its service wants that. */
  readonly idleSeconds: number
  /** How long a machine must be up for flyctl to believe in its start. */
  readonly smokeSeconds: number
  /** Whether machines are to reach each other by Fly's private names and addresses; a start of one takes an engine twice as long then. */
  readonly privateNetwork: boolean
  /** Absolute folder of the page that shows the sandbox in a browser. */
  readonly windowFolder: string
  /** The buildkitd that `env` names: one that runs, or a program to start. */
  readonly builder?: { readonly address: string } | { readonly program: string } | undefined
  readonly observer?: Observer
  /** How the run of a scenario stands that it was started for. */
  readonly experiment?: () => Promise<ShownRun>
  /** Called when the sandbox is ready. */
  readonly onUp?: () => void
}

export interface UpOptions extends SandboxOptions {
  /** The command whose process calls `runSandbox` with the same options. */
  readonly self: { readonly program: string; readonly args: readonly string[] }
  /** How long another process that has the sandbox is waited for, milliseconds. */
  readonly othersMs: number
  /** Ends the waiting; what was started is then ended too. */
  readonly signal?: AbortSignal
}
