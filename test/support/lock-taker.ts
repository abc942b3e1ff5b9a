import { createInterface } from 'node:readline'
import { type LockOutcome, takeLock } from '../../src/process/lock.js'

// A process of its own that takes the lock at argv[2] when it reads "take", shares it with the process in
// "share PID", and says how that went, one word a line.
const [, , path = ''] = process.argv
let outcome: LockOutcome | undefined
const say = (word: string) => process.stdout.write(`${word}\n`)

say('ready')
for await (const line of createInterface({ input: process.stdin })) {
  const [word, pid] = line.split(' ')
  if (word === 'take') {
    outcome = await takeLock({ path, note: `by ${process.pid}`, onLost: () => say('lost') })
    say(outcome.kind)
  } else if (outcome?.kind === 'taken') {
    if (word === 'share') outcome.lock.shareWith(Number(pid))
    else await outcome.lock.release()
    say(word === 'share' ? 'shared' : 'released')
  }
}
