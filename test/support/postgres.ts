import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import pg from 'pg'
import { freePort } from '../../src/sandbox/ports.js'

/** Where Debian puts the programs of the server, which are on no PATH. */
const folder = globSync('/usr/lib/postgresql/*/bin').find((path) =>
  existsSync(join(path, 'initdb')),
)

/** Whether there is a PostgreSQL server to start here; `apt-get install postgresql` brings one. */
export const hasPostgres = folder !== undefined

export const whyNoPostgres = hasPostgres ? '' : ' (no PostgreSQL here: apt-get install postgresql)'

export interface Postgres {
  readonly url: string
  readonly password: string
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Ends it as a power cut would. */
  halt(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** The server refuses to run as root. */
const nobody = 65_534
const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}

/** A server of its own, on loopback, with its data in a temporary folder. */
export async function startPostgres(): Promise<Postgres> {
  const home = await mkdtemp(join(tmpdir(), 'flyops-postgres-'))
  if ('uid' in asNobody) await chown(home, nobody, nobody)
  const password = 'Pg-9f8e7d6c5b4a'
  const passwordFile = join(home, 'password')
  await writeFile(passwordFile, password)
  if ('uid' in asNobody) await chown(passwordFile, nobody, nobody)
  const data = join(home, 'data')
  const run = (program: string, ...args: readonly string[]) =>
    execa(join(folder ?? '', program), args, { cwd: home, stdio: 'ignore', ...asNobody })
  await run(
    'initdb',
    '-D',
    data,
    '-U',
    'flyops',
    '-N',
    '-A',
    'scram-sha-256',
    '--pwfile',
    passwordFile,
  )
  const startAt = async (port: number) => {
    const settings = `-c listen_addresses=127.0.0.1 -p ${port} -k ${home} -c fsync=off`
    await run('pg_ctl', '-D', data, '-o', settings, '-l', join(home, 'log'), '-w', 'start')
    return port
  }
  const end = async (how: string) => {
    await run('pg_ctl', '-D', data, '-m', how, '-w', 'stop')
  }
  // A port that was free may be taken by the time that the server asks for it.
  const startAnywhere = async () => startAt(await freePort())
  const port = await startAnywhere().catch(startAnywhere)
  const url = `postgres://flyops:${password}@127.0.0.1:${port}/postgres`
  return {
    url,
    password,
    start: async () => void (await startAt(port)),
    halt: () => end('immediate'),
    async query(sql) {
      const client = new pg.Client(url)
      await client.connect()
      return client
        .query<Record<string, unknown>>(sql)
        .then(({ rows }) => rows)
        .finally(() => client.end())
    },
    async stop() {
      await end('immediate').catch(() => {})
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Stands in front of a server as a pooler does: it tells clients process ids of its own making. */
export async function startPooler({ url }: Postgres): Promise<{ url: string; stop(): void }> {
  const target = new URL(url)
  const port = Number(target.port)
  const pooler = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    const end = () => {
      client.destroy()
      server.destroy()
    }
    client.on('error', end).on('close', end).pipe(server)
    server.on('error', end).on('close', end)
    server.on('data', (chunk) => {
      // BackendKeyData: K, its length, the process id, the key.
      const at = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]))
      if (at >= 0) chunk.writeInt32BE(1, at + 5)
      client.write(chunk)
    })
  })
  await once(pooler.listen(0, '127.0.0.1'), 'listening')
  target.port = String((pooler.address() as AddressInfo).port)
  return { url: target.href, stop: () => pooler.close() }
}
