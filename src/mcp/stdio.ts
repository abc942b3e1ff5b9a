import type { Readable, Writable } from 'node:stream'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import { createBoundedLines } from '../process/bounded-lines.js'
import { maxMessageBytes, type RpcError, readMessage, tooLong } from './message.js'

export interface StdioStreams {
  readonly stdin: Readable
  readonly stdout: Writable
}

/** Serves until the client is gone or `ending` aborts; then every open call is aborted. */
export async function serveStdio(
  server: Server,
  { stdin, stdout }: StdioStreams,
  ending: AbortSignal,
): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    stdin.once('end', resolve)
    stdin.once('close', resolve)
    stdin.once('error', () => resolve())
    stdout.once('error', () => resolve())
    ending.addEventListener('abort', () => resolve(), { once: true })
    if (ending.aborted) resolve()
  })
  await server.connect(createTransport({ stdin, stdout }))
  await gone
  await server.close().catch(() => {})
}

/**
 * A message a line. The SDK's transport leaves lines that are no message without an answer, and ends at one
 * that is too long (@modelcontextprotocol/sdk 1.32).
 */
function createTransport({ stdin, stdout }: StdioStreams): Transport {
  const write = (message: JSONRPCMessage | RpcError) =>
    new Promise<void>((resolve) => {
      stdout.write(serializeMessage(message as JSONRPCMessage), () => resolve())
    })
  const lines = createBoundedLines(maxMessageBytes, {
    onLine(line) {
      if (isBlank(line)) return
      const reading = readMessage(line)
      if (reading.kind === 'message') transport.onmessage?.(reading.message)
      else void write(reading.error)
    },
    onTooLong: () => void write(tooLong),
  })
  const onData = (chunk: Uint8Array) => lines.write(chunk)
  const transport: Transport = {
    async start() {
      stdin.on('data', onData)
    },
    send: write,
    async close() {
      stdin.off('data', onData)
      stdin.pause()
      transport.onclose?.()
    },
  }
  return transport
}

/** Nothing was said: clients that end lines with \r\n, or twice, mean no message. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
