import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { identify, isAlive, type ProcessIdentity } from './processes.js'
import { readJson, removeFile, type StateFiles, writeJson } from './state-folder.js'

const holder = z.object({ pid: z.number(), startTicks: z.string() })

/** One process a state folder. */
export interface Lock {
  release(): Promise<void>
}

/** The process that has this sandbox, if there is one. */
export async function lockHolder({ lock }: StateFiles): Promise<ProcessIdentity | undefined> {
  const process = await readJson(lock, holder)
  return process !== undefined && (await isAlive(process)) ? process : undefined
}

/** Undefined where another process has it; that one can then be read by `lockHolder`. */
export async function takeLock(files: StateFiles): Promise<Lock | undefined> {
  const socket = createServer()
  if (!(await holds(socket, socketName(files.lock)))) {
    for (let n = 0; n < 100 && (await lockHolder(files)) === undefined; n += 1) await sleep(20)
    return undefined
  }
  await writeJson(files.lock, await identify(process.pid))
  return {
    async release() {
      await removeFile(files.lock)
      socket.close()
    },
  }
}

/**
 * A socket in Linux's abstract namespace (unix(7)): the kernel gives a name to one process only and
 * takes it back when that dies, which no file can do.
 */
function socketName(lockFile: string): string {
  return `\0flyops-sandbox-${createHash('sha256').update(lockFile).digest('hex')}`
}

function holds(socket: ReturnType<typeof createServer>, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false))
    socket.listen(name, () => resolve(true))
    socket.unref()
  })
}
