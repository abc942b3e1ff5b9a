import { once } from 'node:events'
import { createServer } from 'node:http'
import httpProxy from 'http-proxy-3'

/** A load balancer on loopback: each request to the next instance that lives, as Fly's proxy has it. */
export async function startBalancer() {
  const proxy = httpProxy.createProxyServer({})
  const instances = new Map()
  let turn = 0
  let last = ''
  const server = createServer((request, response) => {
    const names = [...instances.keys()]
    last = names[turn % names.length]
    turn += 1
    proxy.web(request, response, { target: instances.get(last).url.origin })
  })
  proxy.on('error', (_error, _request, response) => response.writeHead?.(502).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    add: (name, instance) => void instances.set(name, instance),
    /** The name of the instance that had the last request. */
    last: () => last,
    /** As the out-of-memory killer does; its health check is what a balancer sees of it. */
    async kill(name) {
      const instance = instances.get(name)
      instances.delete(name)
      await instance.kill('SIGKILL')
    },
    async stop() {
      proxy.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
