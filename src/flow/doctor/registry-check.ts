import { isLoopback } from '../../docker/remote.js'
import { type Check, failed, ok } from './check.js'

/** Shorter than a check may take, so that the reason is told. */
const timeoutMs = 1_500

/** Without a login a registry answers 401 (OCI distribution specification 1.1, end-1). */
export const registry: Check = {
  name: 'registry',
  fixWhenSlow: 'Check the network and https://status.flyio.net, then call doctor again.',
  async run({ sendProbe, registryHost: host, signal }) {
    const url = `${isLoopback(`${host}/`) ? 'http' : 'https'}://${host}`
    const { status, error } = await sendProbe({ url, path: '/v2/', timeoutMs, signal })
    if (status === 200 || status === 401) return ok(`${host} answers`)
    return failed(
      `${host}: ${error ?? `it answered ${status}`}.`,
      'Check the network, FLY_REGISTRY_HOST and https://status.flyio.net; behind a proxy set NODE_USE_ENV_PROXY=1, so that flyops uses it too.',
    )
  },
}
