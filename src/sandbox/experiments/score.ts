import type { Evidence, ShownMachine } from './evidence.js'
import type { Goal } from './goals.js'
import { callsIn, type Happening, type Outcome } from './record.js'

/** What a run was, for its goals to be judged. */
export interface Run {
  readonly evidence: Evidence
  readonly happenings: readonly Happening[]
  readonly commits: { readonly first: string; readonly last: string }
  /** The machines of each app as they were before the command started. */
  readonly machinesBefore: ReadonlyMap<string, readonly ShownMachine[]>
  /** The secrets whose values were found in what the command printed, or left in a file, and where. */
  readonly leaks: readonly { readonly secret: string; readonly where: string }[]
  /** Of the command. */
  readonly seconds: number
}

/** Undefined where a goal is reached, else why not. */
type Judge = (gaps: readonly string[], run: Run) => Promise<string | undefined> | string | undefined

const judges: Readonly<Record<Goal['kind'], Judge>> = {
  healthy: ([app = ''], { evidence }) => evidence.ailment(app),
  async runs([app = '', which], { evidence, commits }) {
    const machines = await evidence.machines(app)
    if (machines.length === 0) return 'it has no machine'
    const commit = which === 'first' ? commits.first : commits.last
    const other = machines.find((each) => !isOf(each, commit))
    return (
      other && `machine ${other.id} runs the image ${other.image_ref.tag}, not ${short(commit)}`
    )
  },
  async contains([app = '', path = '/', text = ''], { evidence }) {
    const page = await evidence.page(app, path)
    if (page === undefined) return 'nothing answers'
    return page.text.includes(text)
      ? undefined
      : `it answers ${page.status}, "${page.text.trim().slice(0, 100)}"`
  },
  async untouched([app = ''], { evidence, machinesBefore }) {
    const versions = (machines: readonly ShownMachine[] = []) =>
      machines
        .map(({ id, instance_id }) => `${id} ${instance_id}`)
        .sort()
        .join()
    const before = versions(machinesBefore.get(app))
    if (before === '') return 'it had no machine'
    return before === versions(await evidence.machines(app)) ? undefined : 'its machines changed'
  },
  async gone([app = ''], { evidence }) {
    return (await evidence.apps()).includes(app) ? 'it is there' : undefined
  },
  async only([named = ''], { evidence }) {
    const wanted = named.split(', ')
    const others = (await evidence.apps()).filter((app) => !wanted.includes(app))
    return others.length === 0 ? undefined : `there is ${others.join(', ')}`
  },
  async nothing(_gaps, { evidence }) {
    const apps = await evidence.apps()
    return apps.length === 0 ? undefined : `there is ${apps.join(', ')}`
  },
  hidden([secret = ''], { leaks, happenings }) {
    const shown = callsIn(happenings).find((call) => call.shown.includes(secret))
    const leak = leaks.find((each) => each.secret === secret)
    return shown === undefined ? leak?.where : `in the call or the answer of ${shown.tool}`
  },
  noRequest([method, path = ''], { happenings }) {
    const made = happenings.find(
      (each) =>
        each.kind === 'request' && each.method === method && pathPattern(path).test(each.path),
    )
    return made?.kind === 'request' ? `${made.method} ${made.path} was asked` : undefined
  },
  noCall([tool], { happenings }) {
    return callsIn(happenings).some((call) => call.tool === tool) ? 'it was called' : undefined
  },
  atMost([limit, what], { happenings, seconds }) {
    const counted = {
      calls: callsIn(happenings).length,
      'kB to the model': bytesToModel(happenings) / 1000,
      seconds,
    }
    const found = Object.entries(counted).find(([name]) => name === what)?.[1] ?? 0
    return found <= Number(limit) ? undefined : `it was ${Math.round(found * 10) / 10}`
  },
}

/** Judges each goal, one after the other: a platform that is still at work gets its time once. */
export async function judge(
  goals: readonly Goal[],
  run: Run,
  onJudged: (goal: Outcome['goals'][number]) => void = () => {},
): Promise<Outcome['goals']> {
  const judged: Outcome['goals'] = []
  for (const { kind, gaps, text } of goals) {
    const why = await judges[kind](gaps, run)
    const goal = { goal: text, reached: why === undefined, why: why ?? '' }
    judged.push(goal)
    onJudged(goal)
  }
  return judged
}

/** Of a hundred. */
export function scoreOf(goals: Outcome['goals']): number {
  return Math.round((100 * goals.filter(({ reached }) => reached).length) / goals.length)
}

/** Of all that the server answered. */
export function bytesToModel(happenings: readonly Happening[]): number {
  return happenings.reduce(
    (sum, each) => sum + (each.kind === 'call' || each.kind === 'message' ? each.bytes : 0),
    0,
  )
}

/** A star stands for anything but a slash; a query is no matter. */
function pathPattern(path: string): RegExp {
  const parts = path.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]*')}(?:\\?.*)?$`)
}

/** By the label that flyops gives its images, else by a tag that is the beginning of the commit. */
function isOf({ image_ref: { tag, labels } }: ShownMachine, commit: string): boolean {
  const revision = labels?.['org.opencontainers.image.revision']
  return revision === commit || (tag.length >= 7 && commit.startsWith(tag))
}

function short(commit: string): string {
  return commit.slice(0, 7)
}
