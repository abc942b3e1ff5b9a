// Kills the process of a sandbox (SIGKILL) in the middle of a deploy, again and again, brings it up, and prints what was
// lost and what was left behind; exit 1 where something was. Flags: --times N (10), --seed N (one of its own).
import { execFile, execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { withSandboxState } from '../bench/with-sandbox.mjs'
import { createRandom } from './calls.mjs'
import { askPlatform, lostBetween } from './platform.mjs'
import { withProject } from './project.mjs'
import { remainsOf, remainsOfRunning } from './remains.mjs'

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
})
const random = createRandom(Number(values.seed))
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const faults = []

function print(line) {
  process.stdout.write(`${line}\n`)
}

function note(when, found) {
  for (const each of found) {
    faults.push(each)
    print(`  ${when}: ${each}`)
  }
}

/** Resolves with whether it went well. */
function ship({ root, state, temporary }, env, ...flags) {
  const args = [main, 'ship', '--app', 'hello', '--skip-test', '--root', root, ...flags]
  const childEnv = { ...process.env, ...env, FLYOPS_STATE_DIR: state, TMPDIR: temporary }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: childEnv }, (error, _stdout, stderr) =>
      resolve({ isDone: error === null, stderr }),
    )
  })
}

async function commit({ root }, text) {
  await writeFile(join(root, 'www', 'info'), `${text}\n`)
  const identity = ['-c', 'user.name=soak', '-c', 'user.email=soak@localhost']
  execFileSync('git', [...identity, 'commit', '--quiet', '--all', '--message', text], { cwd: root })
}

/** A deploy, and in the middle of it a secret, whose answer is the last that the sandbox gives. */
async function killInDeploy(place, { round, deployMs }) {
  const { project, sandbox, env } = place
  const platform = askPlatform(env)
  const before = await platform.read()
  await commit(project, `version ${round}`)
  const deploying = ship(project, env)
  const afterMs = Math.round(random() * deployMs)
  await sleep(afterMs)
  const secret = `KILL_${round}`
  await platform.setSecret('quiet', secret, `value ${round}`)
  process.kill(await sandbox.pid(), 'SIGKILL')
  return { before, secret, deploying, afterMs }
}

async function comeBack(place, { before, secret, deploying, afterMs }) {
  const { project, sandbox, env } = place
  const again = sandbox.up('--pace', 'quick')
  if (JSON.stringify(again) !== JSON.stringify(env)) note('lost', ['the addresses'])
  const { isDone: wentOn } = await deploying
  print(`killed after ${afterMs} ms of a deploy, which was ${wentOn ? 'done' : 'not done'}`)
  const platform = askPlatform(again)
  await platform.settle()
  const after = await platform.read()
  note('lost', lostBetween(before, after))
  if (!after.secrets.some(({ name }) => name === secret)) note('lost', [`the secret ${secret}`])
  note('left behind', await remainsOfRunning(place, after))
  const { isDone, stderr } = await ship(project, again)
  if (!isDone) note('the next ship', [stderr.trim()])
}

async function run(sandbox, project) {
  const env = sandbox.up('--pace', 'quick')
  const place = { sandbox, project, env }
  const begun = await ship(project, env)
  if (!begun.isDone) throw new Error(begun.stderr)
  await askPlatform(env).createApp('quiet')
  await commit(project, 'timed')
  const startedAt = performance.now()
  await ship(project, env)
  const deployMs = performance.now() - startedAt
  for (let round = 1; round <= Number(values.times); round += 1)
    await comeBack(place, await killInDeploy(place, { round, deployMs }))
  process.kill(await sandbox.pid(), 'SIGKILL')
  sandbox.down()
  note('left behind when it is down', await remainsOf(sandbox.state, project.temporary))
}

print(`seed ${values.seed}`)
await withProject((project) =>
  withSandboxState((sandbox) => run(sandbox, project), { TMPDIR: project.temporary }),
)
print(faults.length === 0 ? 'Nothing was lost or left behind.' : `${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1
