import { ChildProcess } from 'node:child_process'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import type { Answer } from './program-answers.js'

/** What the parent sees of a program, without one: it reads its input to the end, answers and ends. */
export function playChild(answer: (stdin: string) => Answer, hasInput: boolean): ChildProcess {
  const stdin = hasInput ? new PassThrough() : null
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const child = Object.assign(new ChildProcess(), {
    stdin,
    stdout,
    stderr,
    stdio: [stdin, stdout, stderr],
    kill: () => false,
  })
  void act()
  async function act(): Promise<void> {
    // Whoever started it listens only then.
    await setImmediate()
    child.emit('spawn')
    const given = stdin === null ? '' : await text(stdin)
    const { stdout: out = '', stderr: err = '', exitCode = 0 } = answer(given)
    Readable.from([out]).pipe(stdout)
    Readable.from([err]).pipe(stderr)
    await Promise.all([stdout, stderr].map((stream) => ended(stream)))
    Object.assign(child, { exitCode })
    child.emit('exit', exitCode, null)
    child.emit('close', exitCode, null)
  }
  return child
}

function ended(stream: Readable): Promise<unknown> {
  return new Promise((resolve) => stream.once('end', resolve))
}
