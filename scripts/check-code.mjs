// What is found out by reading the code: side by side, and each says in the end what it found.
import process from 'node:process'
import { execa } from 'execa'

const commands = ['biome check .', 'depcruise src', 'tsc -p .', 'knip']

async function check(command) {
  const [program, ...args] = command.split(' ')
  const options = { preferLocal: true, reject: false, all: true, stdin: 'ignore' }
  const { all, failed } = await execa(program, args, options)
  process.stdout.write(`${failed ? '✘' : '✔'} ${command}\n${all === '' ? '' : `${all}\n`}`)
  return failed
}

const failures = await Promise.all(commands.map(check))
if (failures.includes(true)) process.exitCode = 1
