import type { Host } from './host.js'

/**
 * The way in for clients: loads nothing but what serving needs, for they wait for the tools. Without flags that is
 * neither the command-line library nor, before something goes wrong, the terminal.
 */
export async function runServe(host: Host): Promise<number> {
  const flags = host.argv.slice(host.argv[0] === 'serve' ? 1 : 0)
  if (flags.length > 0) {
    const { runServeVerb } = await import('./serve-by-flags.js')
    return runServeVerb({ ...host, argv: ['serve', ...flags] })
  }
  const { serveWith } = await import('./serve-with.js')
  try {
    await serveWith(host, {})
    return 0
  } catch (error) {
    const { reportFailure } = await import('./program.js')
    return reportFailure(error, host)
  }
}
