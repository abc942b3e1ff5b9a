import { join } from 'node:path'
import { FlyopsError } from '../../errors.js'
import { parseJson } from '../../process/json.js'
import { cutText, plainText } from '../../process/plain-text.js'
import type { ProjectFolder } from '../../project/project-folder.js'
import { openInside, readText } from '../../project/safe-read.js'
import { next } from '../next.js'
import { type ProjectKind, projectKinds } from './project-kinds.js'

/** A build without a Dockerfile. */
interface Wanted {
  readonly app: string
  /** As the caller gave them. */
  readonly context: string
  readonly dockerfile: string
  /** Absolute paths of the project folder and of the context. */
  readonly root: string
  readonly folder: string
}

/** Where people also keep one. */
const otherPlaces = [
  'Dockerfile.prod',
  'Dockerfile.production',
  'docker/Dockerfile',
  'deploy/Dockerfile',
  'build/Dockerfile',
  'Containerfile',
]

/** Raised where there is no Dockerfile; says what the project is, and what was found that its Dockerfile needs. */
export async function dockerfileMissing(
  wanted: Wanted,
  { display }: Pick<ProjectFolder, 'display'>,
): Promise<FlyopsError> {
  const look = createLook(wanted)
  const elsewhere = await firstOf(otherPlaces, look.isThere)
  if (elsewhere !== undefined)
    return foundElsewhere(wanted, display(join(wanted.folder, elsewhere)))
  const kind = await firstOf(projectKinds, ({ file }) => look.isThere(file))
  const message = `There is no Dockerfile at ${wanted.dockerfile}`
  const remedy = 'Write one, or say where it is with `context` or `dockerfile`.'
  if (kind === undefined)
    return new FlyopsError('dockerfile_missing', 'build', `${message}.`, { remedy })
  const facts = await factsOf(kind, look)
  const known = `${message}; ${kind.file} says that this is ${kind.what}.`
  return new FlyopsError('dockerfile_missing', 'build', known, {
    remedy: `${remedy} ${skeletonOf(kind)}`,
    evidence: facts.map(shown).join('\n'),
  })
}

function foundElsewhere({ app, context, dockerfile }: Wanted, place: string): FlyopsError {
  const message = `There is no Dockerfile at ${dockerfile}, but there is ${place}.`
  return new FlyopsError('dockerfile_missing', 'build', message, {
    remedy: 'Give that one as `dockerfile`, if it is meant.',
    next: [next.buildImage({ app, context, dockerfile: place }, 'builds by the one that is there')],
  })
}

function skeletonOf({ baseImage, file }: ProjectKind): string {
  if (file === 'index.html')
    return `FROM ${baseImage}, COPY the files to where it serves them from; nginx listens on port 80.`
  return `FROM ${baseImage}, COPY what its packages are named in, RUN the command that installs them, COPY the rest, CMD what starts it. It must listen on 0.0.0.0; EXPOSE its port.`
}

interface Look {
  /** Whether there is such a file that may be read. */
  isThere(path: string): Promise<boolean>
  read(path: string): Promise<string>
}

const maxBytes = 256_000

/** Files of the context; those that may not be read are not there. */
function createLook({ root, folder }: Wanted): Look {
  const place = (path: string) => {
    return {
      root,
      path: join(folder, path),
      maxBytes,
      code: 'invalid_input',
      stage: 'build',
    } as const
  }
  return {
    async isThere(path) {
      const file = await openInside(place(path)).catch(() => undefined)
      await file?.close()
      return file !== undefined
    },
    read: async (path) => (await readText(place(path)).catch(() => undefined)) ?? '',
  }
}

async function firstOf<Item>(
  items: readonly Item[],
  fits: (item: Item) => Promise<boolean>,
): Promise<Item | undefined> {
  for (const item of items) if (await fits(item)) return item
  return undefined
}

async function factsOf(kind: ProjectKind, look: Look): Promise<readonly string[]> {
  const text = await look.read(kind.file)
  const lock = await firstOf(kind.installs, ([file]) => look.isThere(file))
  const port = kind.ports.find(([word]) => text.toLowerCase().includes(word))
  const others = await Promise.all(
    kind.others.map(async (file) => ((await look.isThere(file)) ? [`${file} is there`] : [])),
  )
  return [
    ...(lock === undefined ? [] : [`${lock[0]} is there: ${lock[1]}`]),
    ...(kind.file === 'package.json' ? packageFields(text) : linesOf(text, kind.telling)),
    ...(port === undefined
      ? []
      : [`${port[0].replaceAll('"', '')} listens on ${port[1]} by default`]),
    ...others.flat(),
    ...linesOf(await look.read('Procfile'), /^\w+: /).map((line) => `Procfile: ${line}`),
  ]
}

/** What starts and builds it, and the Node that it wants. */
function packageFields(text: string): readonly string[] {
  const parsed = parseJson(text)
  const field = (...path: readonly string[]) => {
    let value: unknown = parsed
    for (const name of path)
      value = typeof value === 'object' && value !== null ? Object(value)[name] : undefined
    return typeof value === 'string' ? [`${path.join('.')}: ${value}`] : []
  }
  return [
    ...field('scripts', 'start'),
    ...field('scripts', 'build'),
    ...field('main'),
    ...field('engines', 'node'),
    ...field('packageManager'),
  ]
}

const mostLines = 5

function linesOf(text: string, pattern: RegExp | undefined): readonly string[] {
  if (pattern === undefined) return []
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => pattern.test(line)).slice(0, mostLines)
}

function shown(fact: string): string {
  return cutText(plainText(fact).replaceAll('\n', ' '), 200)
}
