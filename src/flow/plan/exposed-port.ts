import { builtElsewhere } from '../build/elsewhere.js'
import { withRegistryLogin } from '../registry-login.js'

type Context = Parameters<typeof withRegistryLogin>[0]

/** The one port that the image exposes; undefined where there are several, or nobody to ask. */
export async function exposedPort(image: string, context: Context): Promise<number | undefined> {
  const [port, ...others] = await exposedPorts(image, context).catch(() => [])
  return others.length === 0 ? port : undefined
}

/** An engine is asked for what it has; what is built elsewhere is in the registry alone. */
async function exposedPorts(image: string, context: Context): Promise<readonly number[]> {
  return builtElsewhere(context) === undefined
    ? ((await context.docker.inspectImage(image))?.exposedPorts ?? [])
    : withRegistryLogin(context, (session) => session.exposedPorts(image))
}

const defaultPort = 8080

/** The same where it is another than that of the defaults: what listens there is another app than they are for. */
export async function otherExposedPort(
  image: string,
  context: Context,
): Promise<number | undefined> {
  const port = await exposedPort(image, context)
  return port === defaultPort ? undefined : port
}
