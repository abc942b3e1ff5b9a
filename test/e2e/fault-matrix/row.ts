import { expect } from 'vitest'
import type { TestClient } from '../../support/client.js'
import type { Project } from '../../support/project.js'

/** How far the way to Fly has gone when the fault comes. */
export type Progress = 'project' | 'built' | 'pushed' | 'deployed'

export interface Start {
  readonly progress: Progress
  /** Written over the app `hello`, and committed. */
  readonly files?: Readonly<Record<string, string>>
  /**
   * What the row shares with no other of the same files: its app, where it deploys, for rows go side by side; and the
   * image in the registry, where it or the faults change what is there.
   */
  readonly own?: 'app' | 'image'
}

/** What a row can use. */
export interface Scene {
  readonly project: Project
  /** Of another server on the project, which has no fault. */
  readonly client: TestClient
  readonly app: string
  /** Empty for progress `project`. */
  readonly image: string
  /** The row's own; it goes away with the row. */
  readonly folder: string
  /** What a server that has no fault is started with. */
  readonly env: Readonly<Record<string, string>>
}

/** Undefined takes a variable away. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface Call {
  readonly tool: string
  readonly arguments?: Readonly<Record<string, unknown>>
}

/** What was made wrong outside of the sandbox. */
export interface Arranged {
  /** Changes what the server is started with. */
  readonly env?: Environment
  /** Runs when the call has ended. */
  undo?(): Promise<void>
}

/** Something that happens while the call runs. */
export interface Meanwhile {
  /** A progress message, or the command line of a child of the server, that contains it. */
  readonly when: { readonly message: string } | { readonly child: string }
  /** The request is cancelled, the client closes or is killed; or anything else. */
  readonly happens: 'cancel' | 'close' | 'kill' | ((scene: Scene) => Promise<void>)
}

export type Expected =
  | {
      readonly code: string
      readonly diagnosis?: string
      /** The calls that it offers, in order. */
      readonly next: readonly ((scene: Scene) => Call)[]
      readonly text?: RegExp
      /** What one of these calls returns, when they are made one after the other once the fault is over. */
      readonly leadsTo?: Readonly<Record<string, unknown>>
    }
  | { readonly result: Readonly<Record<string, unknown>> }
  /** Nobody is there any more to get an answer. */
  | { readonly nobodyAsks: true }

/** One fault, what is called, and what must come of it. */
export interface Row {
  readonly name: string
  readonly start: Start
  readonly arrange?: (scene: Scene) => Arranged | Promise<Arranged>
  /** Arguments of `flyops sandbox fault add`; a function where they strike only that app. */
  readonly faults?:
    | readonly string[]
    | ((scene: Scene) => readonly string[] | Promise<readonly string[]>)
  readonly call: (scene: Scene) => Call
  readonly meanwhile?: Meanwhile
  /** A second call, made with what the first one returned; its answer is the expected one. */
  readonly followUp?: (first: Readonly<Record<string, unknown>>) => Call
  readonly expected: Expected
  /** Whether a whole fly-<app>.toml is there afterwards. */
  readonly leavesToml: boolean
  /** What else must hold afterwards, asked by another client. */
  readonly afterwards?: (client: TestClient, scene: Scene) => Promise<void>
  /** Whether this machine can play it; default yes. */
  readonly canPlay?: boolean
  /** Also with the real flyctl, where there is one. */
  readonly alsoReal?: true
}

/** Faults that strike any app: such a row is played alone. */
export function isAlone({ faults }: Row): boolean {
  return Array.isArray(faults)
}

/** The call of each tool that most rows make. */
export const calls = {
  build: ({ app }: Scene): Call => ({ tool: 'build_image', arguments: { app } }),
  push: ({ image }: Scene): Call => ({ tool: 'push_image', arguments: { image } }),
  create: ({ app }: Scene): Call => ({ tool: 'create_app', arguments: { app } }),
  releases: ({ app }: Scene): Call => ({ tool: 'list_releases', arguments: { app } }),
  health: ({ app }: Scene): Call => ({ tool: 'check_health', arguments: { app } }),
  job: (): Call => ({ tool: 'get_job', arguments: { job_id: expect.any(String) } }),
  deploy:
    (settings: Readonly<Record<string, unknown>> = {}) =>
    ({ app, image }: Scene): Call => ({
      tool: 'deploy_image',
      arguments: { app, image, ...settings },
    }),
}
