import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What is there of a sandbox that is down and should be nowhere but in its folder. */
export async function remainsOf(state, temporary) {
  const { id } = await identityOf(state)
  return [
    ...(await processesOf(state, id)).map(({ line }) => `process ${line}`),
    ...(await bridges(id)).map((name) => `network ${name}`),
    ...(await firewallRules(id)).map((rule) => `firewall rule ${rule}`),
    ...(await mounts(state, id)).map((path) => `mount ${path}`),
    ...(await runFolders(id)).map((path) => `folder ${path}`),
    ...(await passingFiles(state)).map((name) => `file ${name}`),
    ...(await readdir(state))
      .filter((name) => /^(lock|run)/.test(name))
      .map((name) => `file ${name}`),
    ...(await readdir(temporary)).map((name) => `folder ${name}`),
  ]
}

/** What is there more than one sandbox needs that is up, whose platform is as `found`. */
export async function remainsOfRunning({ sandbox, project, env }, found) {
  const { state } = sandbox
  const { id } = await identityOf(state)
  const wanted = found.machines.filter((each) => each.state === 'started').map((each) => each.id)
  const there = await containers(env, id)
  const processes = await processesOf(state, id)
  return [
    ...there.filter((each) => !wanted.includes(each)).map((each) => `a container of ${each}`),
    ...wanted.filter((each) => !there.includes(each)).map((each) => `${each} without a container`),
    ...twice(there).map((each) => `a second container of ${each}`),
    ...twice(processes.map(({ line }) => line)).map((line) => `a second process ${line}`),
    ...twice(await bridges(id)).map((name) => `a second network ${name}`),
    ...(await passingFiles(state)).map((name) => `file ${name}`),
    ...(await readdir(join(state, 'lock'))).slice(1).map((name) => `lock ${name}`),
    ...(await abandonedFolders(project.temporary)).map((name) => `folder ${name}`),
  ]
}

async function identityOf(state) {
  return JSON.parse(await readFile(join(state, 'identity.json'), 'utf8'))
}

function twice(list) {
  return list.filter((each, index) => list.indexOf(each) !== index)
}

async function pids() {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
}

/** With its folder or its label among their arguments (proc(5)). */
async function processesOf(state, id) {
  const found = await Promise.all(
    (await pids()).map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const isOurs = [state, `flyops.sandbox=${id}`, `/run/flyops-${id}`].some((each) =>
        line.includes(each),
      )
      return isOurs ? [{ pid, line: line.replaceAll('\0', ' ').trim() }] : []
    }),
  )
  return found.flat()
}

async function containers(env, id) {
  const filter = `--filter=label=flyops.sandbox=${id}`
  const format = '--format={{.Label "flyops.machine"}}'
  const { stdout } = await run('docker', ['ps', '--all', filter, format], {
    env: { ...process.env, ...env },
  })
  return stdout.split('\n').filter((line) => line !== '')
}

async function bridges(id) {
  const names = await readdir('/sys/class/net')
  return names.filter((name) => name.startsWith(`flyops${id}`))
}

async function firewallRules(id) {
  const asked = ['iptables', 'ip6tables'].flatMap((program) =>
    ['filter', 'nat'].map((table) => run(program, ['--wait', '-t', table, '-S'])),
  )
  const tables = await Promise.all(asked.map((each) => each.catch(() => ({ stdout: '' }))))
  return tables.flatMap(({ stdout }) =>
    stdout.split('\n').filter((rule) => rule.includes(`flyops${id}`)),
  )
}

async function mounts(state, id) {
  const text = await readFile('/proc/self/mountinfo', 'utf8')
  const paths = text.split('\n').map((line) => line.split(' ')[4] ?? '')
  return paths.filter((path) => path.startsWith(state) || path.includes(`flyops-${id}`))
}

async function runFolders(id) {
  return (await readdir('/run')).filter((name) => name.includes(id))
}

/** Those that are there while another file is being written. */
async function passingFiles(state) {
  return (await readdir(state)).filter((name) => name.endsWith('.draft'))
}

/** Folders of processes that have ended: flyops-<purpose>-<pid>-… */
async function abandonedFolders(temporary) {
  const names = await readdir(temporary)
  const owned = names.flatMap((name) => {
    const [, pid] = /^flyops-[a-z]+-(\d+)-\d+-/.exec(name) ?? []
    return pid === undefined ? [] : [{ name, pid }]
  })
  const standing = await Promise.all(
    owned.map(async ({ name, pid }) => ((await isThere(pid)) ? [] : [name])),
  )
  return standing.flat()
}

async function isThere(pid) {
  return (await readlink(`/proc/${pid}/exe`).catch(() => undefined)) !== undefined
}
