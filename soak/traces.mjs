import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const megabyte = 1e6
const maxGrowth = { rss: 40 * megabyte, heap: 10 * megabyte, descriptors: 3 }

/** What calls may leave behind, counted now. */
export async function readTraces({ servers, temporary, state, env }) {
  const traces = {}
  for (const [name, server] of Object.entries(servers)) {
    const { rss, heapUsed } = await server.memory()
    traces[`${name}: resident memory`] = { value: rss, most: maxGrowth.rss }
    traces[`${name}: heap in use`] = { value: heapUsed, most: maxGrowth.heap }
    const descriptors = (await readdir(`/proc/${server.pid}/fd`)).length
    traces[`${name}: open descriptors`] = { value: descriptors, most: maxGrowth.descriptors }
  }
  const own = Object.values(servers).map(({ pid }) => pid)
  const lists = {
    'programs still running': await programsOf(temporary, own),
    'containers of tests': await containers(env, '--filter=label=flyops.test.owner'),
    'containers of all kinds': await containers(env),
    'entries in the folder for temporary files': await readdir(temporary),
    'locks of apps': await readdir(join(state, 'locks')).catch(() => []),
  }
  for (const [name, entries] of Object.entries(lists))
    traces[name] = { value: entries.length, most: 0, entries }
  return traces
}

/** Every process that was started with this folder for temporary files, orphans too (proc(5)). */
export async function programsOf(temporary, except = []) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
      const [environment, line] = await Promise.all([read('environ'), read('cmdline')])
      const isOurs = environment.split('\0').includes(`TMPDIR=${temporary}`)
      return isOurs && !except.includes(pid) && line !== ''
        ? [{ pid, line: line.replaceAll('\0', ' ').trim() }]
        : []
    }),
  )
  return found.flat()
}

async function containers(env, ...filters) {
  const docker = env.FLYOPS_DOCKER ?? 'docker'
  const format = '--format={{.Names}} {{.Status}}'
  const { stdout } = await run(docker, ['ps', '--all', ...filters, format], {
    env: { ...process.env, ...env },
  })
  return stdout.split('\n').filter((line) => line !== '')
}

/** One line each, with what is more than before; whether nothing leaked. */
export function compare(before, after, print) {
  let isClean = true
  print(`${''.padEnd(46)} ${'before'.padStart(9)} ${'after'.padStart(9)}`)
  for (const [name, { value, most, entries }] of Object.entries(after)) {
    const earlier = before[name].value
    const isKept = value <= earlier + most
    const shown = (number) =>
      most >= megabyte ? `${(number / megabyte).toFixed(1)} MB` : `${number}`
    const limit = most === 0 ? '' : `   at most +${shown(most)}`
    const mark = isKept ? '' : '   LEAKED'
    print(
      `${name.padEnd(46)} ${shown(earlier).padStart(9)} ${shown(value).padStart(9)}${limit}${mark}`,
    )
    if (!isKept) for (const entry of entries ?? []) print(`    ${JSON.stringify(entry)}`)
    isClean &&= isKept
  }
  return isClean
}
