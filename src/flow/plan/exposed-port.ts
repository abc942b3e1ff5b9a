import type { ToolContext } from '../context.js'

type Context = Pick<ToolContext, 'docker'>

/** The one port that the image exposes; undefined where there are several, or no local image to ask. */
export async function exposedPort(image: string, { docker }: Context): Promise<number | undefined> {
  const local = await docker.inspectImage(image).catch(() => undefined)
  const [port, ...others] = local?.exposedPorts ?? []
  return others.length === 0 ? port : undefined
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
