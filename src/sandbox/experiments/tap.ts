import { z } from 'zod'
import { parseJson } from '../../process/json.js'
import type { Redact } from '../../process/redact.js'
import { redactDeep } from '../../process/redact.js'
import type { CallEntry, MessageEntry } from './record.js'
import type { Secrets } from './secrets-shown.js'

export interface TapOptions {
  readonly now: () => number
  readonly redact: Redact
  readonly secrets: Secrets
  readonly onEntry: (entry: CallEntry | MessageEntry) => void
}

/** Listens to what a client and a server of MCP say to each other, a message a line. */
export interface Tap {
  fromClient(line: string): void
  fromServer(line: string): void
}

const rpcId = z.union([z.string(), z.number()])

const asked = z.object({
  id: rpcId,
  method: z.string(),
  params: z
    .object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) })
    .optional()
    .catch(undefined),
})

const answered = z.object({
  id: rpcId,
  result: z
    .object({ isError: z.boolean().default(false) })
    .loose()
    .optional(),
})

/** So much of an answer is kept for people to read. */
const keptChars = 2_000

export function createTap({ now, redact, secrets, onEntry }: TapOptions): Tap {
  const open = new Map<string | number, { request: z.output<typeof asked>; atMs: number }>()

  function tellCall(tool: string, args: Record<string, unknown>, answer: Answer): void {
    const text = textOf(answer.line)
    const clean = (value: string) => secrets.cutOut(redact(value))
    onEntry({
      kind: 'call',
      at_ms: answer.atMs,
      tool,
      arguments: redactDeep(args, clean) as Record<string, unknown>,
      is_error: answer.isError,
      bytes: Buffer.byteLength(answer.line),
      duration_ms: now() - answer.atMs,
      text: clean(text).slice(0, keptChars),
      shown: [...secrets.shownIn(`${JSON.stringify(args)}\n${answer.line}`)],
    })
  }

  return {
    fromClient(line) {
      const request = asked.safeParse(parseJson(line)).data
      if (request !== undefined) open.set(request.id, { request, atMs: now() })
    },
    fromServer(line) {
      const answer = answered.safeParse(parseJson(line)).data
      const asking = open.get(answer?.id ?? '')
      if (answer === undefined || asking === undefined) return
      open.delete(answer.id)
      const { request, atMs } = asking
      const { method, params } = request
      const isError = answer.result?.isError ?? true
      if (method === 'tools/call' && params !== undefined)
        tellCall(params.name, params.arguments, { line, atMs, isError })
      else onEntry({ kind: 'message', at_ms: atMs, method, bytes: Buffer.byteLength(line) })
    },
  }
}

interface Answer {
  readonly line: string
  readonly atMs: number
  readonly isError: boolean
}

const withContent = z.object({
  result: z.object({ content: z.array(z.object({ text: z.string().default('') })) }),
})

/** The words of a result; of anything else, the message. */
function textOf(line: string): string {
  const found = withContent.safeParse(parseJson(line)).data
  return found === undefined ? line : found.result.content.map(({ text }) => text).join('\n')
}
