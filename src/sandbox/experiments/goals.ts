import { z } from 'zod'

const name = '[a-z0-9][a-z0-9-]*'
const app = `(${name})`

/** The sentences that a goal may be, and what they mean. */
const sentences = {
  healthy: { form: 'APP is healthy', pattern: `${app} is healthy` },
  runs: {
    form: 'APP runs the (first|last) commit',
    pattern: `${app} runs the (first|last) commit`,
  },
  contains: { form: 'APP/PATH contains TEXT', pattern: `${app}(/\\S*) contains (.+)` },
  untouched: { form: 'APP is untouched', pattern: `${app} is untouched` },
  gone: { form: 'APP is gone', pattern: `${app} is gone` },
  only: { form: 'no app but APP, APP', pattern: `no app but (${name}(?:, ${name})*)` },
  nothing: { form: 'nothing is left', pattern: 'nothing is left' },
  hidden: { form: 'secret NAME is not shown', pattern: 'secret ([A-Z_][A-Z0-9_]*) is not shown' },
  noRequest: { form: 'no request METHOD PATH', pattern: 'no request ([A-Z]+) (\\S+)' },
  noCall: { form: 'no call of TOOL', pattern: 'no call of (\\w+)' },
  atMost: {
    form: 'at most NUMBER (calls|kB to the model|seconds)',
    pattern: 'at most (\\d+) (calls|kB to the model|seconds)',
  },
} as const

type Kind = keyof typeof sentences

/** A sentence that is true of a run, or not. */
export interface Goal {
  readonly text: string
  readonly kind: Kind
  /** What stands in its gaps. */
  readonly gaps: readonly string[]
}

export const goalForms: readonly string[] = Object.values(sentences).map(({ form }) => form)

export const goal = z.string().transform((text, context): Goal => {
  for (const kind of Object.keys(sentences) as Kind[]) {
    const found = new RegExp(`^${sentences[kind].pattern}$`).exec(text.trim())
    if (found !== null) return { text: text.trim(), kind, gaps: found.slice(1) }
  }
  context.addIssue(`"${text}" is no goal; a goal is one of: ${goalForms.join(' · ')}`)
  return z.NEVER
})
