// Makes hostile calls of every tool (test/security/properties); exit 1 where one breaks a rule.
// Flags: --runs N; --seed N, with --path P, repeats what was found; --all goes on after the first.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadTypeScript } from './load-typescript.mjs'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
})
const runs = Number(values.runs)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const startedAt = Date.now()
const outcomes = new Map()
const broken = new Map()
let calls = 0

function onCall(tool, outcome) {
  const ofTool = outcomes.get(tool) ?? new Map()
  ofTool.set(outcome, (ofTool.get(outcome) ?? 0) + 1)
  outcomes.set(tool, ofTool)
  calls += 1
  if (calls % 5_000 === 0) print(speed())
}

/** The first call of each kind is shown; ids and random names do not make another kind. */
function onBroken(call, rules) {
  for (const rule of rules) {
    const kind = rule.replace(/flyops-\w+-\d+-\w{6}/g, 'flyops-…').slice(0, 500)
    if (!broken.has(kind)) print(`${rule}\n  ${JSON.stringify(call)}`)
    broken.set(kind, (broken.get(kind) ?? 0) + 1)
  }
}

function speed() {
  return `${calls} calls, ${Math.round(calls / ((Date.now() - startedAt) / 1000))} a second`
}

function print(line) {
  process.stdout.write(`${line}\n`)
}

const counted = (counts) =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/** The more a process holds, the longer each program takes to start: it makes no more calls than these. */
const batchRuns = 10_000

/** Each batch has a seed of its own, which it prints. */
async function runBatches() {
  const batches = Array.from({ length: Math.ceil(runs / batchRuns) }, (_, index) => index)
  const work = async () => {
    for (let index = batches.shift(); index !== undefined; index = batches.shift()) {
      const left = Math.min(batchRuns, runs - index * batchRuns)
      const flags = ['--runs', left, '--seed', seed + index, ...(values.all ? ['--all'] : [])]
      const command = [fileURLToPath(import.meta.url), ...flags.map(String)]
      const [status] = await once(spawn(process.execPath, command, { stdio: 'inherit' }), 'close')
      if (status !== 0) process.exitCode = 1
      if (status !== 0 && !values.all) batches.length = 0
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
}

if (runs > batchRuns && values.path === undefined) {
  await runBatches()
  print(`${runs} calls; ${process.exitCode ? 'rules were broken' : 'no rule was broken'}`)
  process.exit()
}
print(`npm run fuzz -- --runs ${runs} --seed ${seed}`)
const { checkCalls } = await loadTypeScript('test/security/properties/check-calls.ts')
const { path } = values
try {
  await checkCalls({ runs, seed, path, onCall, onBroken: values.all ? onBroken : undefined })
} catch (error) {
  print(error.message)
  broken.set('see above', 1)
}
for (const [tool, found] of [...outcomes].sort()) print(`${tool.padEnd(14)} ${counted(found)}`)
for (const [kind, count] of broken) print(`${count} × ${kind}`)
print(`${speed()}; ${broken.size === 0 ? 'no rule was broken' : 'rules were broken'}`)
process.exitCode = broken.size === 0 ? 0 : 1
