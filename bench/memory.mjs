import { readFile, writeFile } from 'node:fs/promises'

/** Whether the memory of another process can be read here (proc(5)). */
export const canReadMemory = process.platform === 'linux'

/** Resident memory of a process in bytes: now, and its peak since `forgetPeak`. */
export async function readMemory(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const bytes = (name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024
  return { nowBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') }
}

export function forgetPeak(pid) {
  return writeFile(`/proc/${pid}/clear_refs`, '5')
}
