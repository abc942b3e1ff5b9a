import { addAbortSignal, type Readable } from 'node:stream'
import { Command, Option } from 'commander'
import { type Diagnosis, type DiagnosisStage, diagnosisStages } from '../diagnosis/diagnosis.js'
import { diagnose } from '../diagnosis/match.js'
import type { Actor } from '../error-codes.js'
import { FlyopsError, type Retry } from '../errors.js'
import { createTail } from '../process/tail.js'
import type { Host } from './host.js'

interface DiagnoseFlags {
  readonly stage?: DiagnosisStage
  readonly json?: boolean
}

/** A failure says why at its end. */
const maxInputBytes = 256 * 1024

/** `flyops diagnose < FILE`: what a failing program's output means, and what repairs it. */
export function diagnoseVerb(host: Host): Command {
  const verb = new Command('diagnose')
    .summary('Say what a failure means')
    .description(
      'Reads the output of a failed build, push, deploy or app on standard input (its last 256 KiB), and says cause and remedy where they are known. Exit status 0 in either case.',
    )
    .addOption(
      new Option('--stage <stage>', 'where it was seen; decides between equal matches').choices(
        diagnosisStages,
      ),
    )
    .option('--json', 'print the result as JSON; {"id":null} where nothing is known')
  return verb.action(async () => {
    const { stage, json } = verb.opts<DiagnoseFlags>()
    if (host.stdin.isTTY) host.stderr.write('Paste the output, then press Ctrl-D.\n')
    const found = diagnose(await readEnd(host.stdin, host.ending), { stage })
    host.stdout.write(`${json ? asJson(found) : asText(found)}\n`)
  })
}

/** The last bytes of a stream as text. Raises `cancelled`. */
async function readEnd(stdin: Readable, ending: AbortSignal): Promise<string> {
  const tail = createTail(maxInputBytes)
  try {
    for await (const chunk of addAbortSignal(ending, stdin.setEncoding('utf8'))) {
      tail.push(chunk)
    }
  } catch (cause) {
    if (!ending.aborted) throw cause
    throw new FlyopsError('cancelled', 'preflight', 'Cancelled while reading.', { cause })
  }
  return tail.toString()
}

function asJson(found: Diagnosis | undefined): string {
  return JSON.stringify(
    found === undefined ? { id: null } : { ...found, next: found.next ?? null },
    undefined,
    2,
  )
}

const actors: Readonly<Record<Actor, string>> = {
  tool: 'an agent may do it alone',
  ask: 'an agent may do it after asking',
  human: 'only a person can do it',
}
const retries: Readonly<Record<Retry, string>> = {
  no: 'the same call fails again',
  once: 'the same call may be made once more',
  yes: 'the same call may be made again',
  after_wait: 'the same call may be made again after a wait',
}

function asText(found: Diagnosis | undefined): string {
  if (found === undefined) return 'No known failure in this text.'
  const { id, stage, cause, remedy, retry, who, next } = found
  const lines = [
    `${cause} [${id}, ${stage}]`,
    remedy,
    `  who    ${actors[who]}`,
    `  retry  ${retries[retry]}`,
  ]
  if (next !== undefined) lines.push(`  next   ${next.tool}: ${next.why}`)
  return lines.join('\n')
}
