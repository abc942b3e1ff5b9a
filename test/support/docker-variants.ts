import { realpath } from 'node:fs/promises'
import { delimiter } from 'node:path'
import type { BuilderKind } from '../../src/docker/docker.js'
import { findProgram } from '../../src/process/programs.js'
import { run } from './engine.js'

/** A docker client on this machine that builds in one of the three ways. */
export interface DockerVariant {
  readonly kind: BuilderKind
  readonly program: string
  /** Added to the environment: buildx is a plugin of the user's configuration. */
  readonly env: Readonly<Record<string, string | undefined>>
}

type Variants = readonly (readonly [BuilderKind, DockerVariant | undefined])[]

/** For each way to build: the client that builds so here, or none; `emptyConfig` is a configuration without plugins. */
export async function dockerVariants(emptyConfig: string): Promise<Variants> {
  const programs = await dockerPrograms()
  const own = { DOCKER_CONFIG: process.env.DOCKER_CONFIG }
  const plain = { DOCKER_CONFIG: emptyConfig }
  const candidates = programs.flatMap((program) =>
    [own, plain].map(async (env) => ({ program, env, kind: await kindOf(program, env) })),
  )
  const found = await Promise.all(candidates)
  const kinds: readonly BuilderKind[] = ['buildx', 'buildkit', 'legacy']
  return kinds.map((kind) => [kind, found.find((variant) => variant.kind === kind)])
}

/** The first docker that builds with BuildKit, as users' do; undefined where none does. */
export async function dockerWithBuildKit(): Promise<string | undefined> {
  const programs = await dockerPrograms()
  const kinds = await Promise.all(programs.map((program) => kindOf(program, {})))
  return programs.find((_program, index) => kinds[index] !== 'legacy')
}

/** Asks the client alone: at this time there may be no engine. */
async function kindOf(program: string, more: DockerVariant['env']): Promise<BuilderKind> {
  const env = { ...process.env, ...more }
  const buildx = await run({ program, args: ['buildx', 'version'], env })
  if (buildx.outcome === 'ok') return 'buildx'
  const { stdout } = await run({ program, args: ['--version'], env })
  return Number(/ (\d+)\./.exec(stdout)?.[1]) < 23 ? 'buildkit' : 'legacy'
}

/** Every docker that a folder of PATH has, first the one that users get. */
export async function dockerPrograms(): Promise<readonly string[]> {
  const folders = [...new Set((process.env.PATH ?? '').split(delimiter))]
  const found = await Promise.all(
    folders.map((path) => findProgram({ names: ['docker'], path, folders: [] })),
  )
  const programs = await Promise.all(
    found.flatMap(({ program }) => program ?? []).map((path) => realpath(path)),
  )
  return [...new Set(programs)]
}
