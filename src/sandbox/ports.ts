import type { Server as HttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'

const host = '127.0.0.1'

/** A port on loopback that nobody listens on. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer()
  const port = await listen(server, wanted)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

/** Listens on loopback: on `port`, or on a free one where that is taken. The result is the port. */
export function listen(server: Server, port: number) {
  return new Promise<number>((resolve, reject) => {
    function onError(error: NodeJS.ErrnoException): void {
      if (error.code === 'EADDRINUSE' && port !== 0) resolve(listen(server, 0))
      else reject(error)
    }
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Ends a server and its connections. */
export async function close(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
