import type { Readable, Writable } from 'node:stream'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'

export interface StdioStreams {
  readonly stdin: Readable
  readonly stdout: Writable
}

/**
 * Serves until the client is gone or `ending` aborts; then every open call is aborted. The SDK's
 * transport does not notice the end of standard input (@modelcontextprotocol/sdk 1.32).
 */
export async function serveStdio(
  server: Server,
  { stdin, stdout }: StdioStreams,
  ending: AbortSignal,
): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    stdin.once('end', resolve)
    stdin.once('close', resolve)
    stdout.once('error', () => resolve())
    ending.addEventListener('abort', () => resolve(), { once: true })
    if (ending.aborted) resolve()
  })
  await server.connect(new StdioServerTransport(stdin, stdout))
  await gone
  await server.close().catch(() => {})
}
