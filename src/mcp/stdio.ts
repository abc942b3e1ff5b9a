import type { Readable, Writable } from 'node:stream'
import { createBoundedLines } from '../process/bounded-lines.js'
import { maxMessageBytes, type RpcMessage, readMessage, tooLong } from './message.js'

export interface StdioStreams {
  readonly stdin: Readable
  readonly stdout: Writable
}

/** What is done with the messages of the one client. */
export interface Conversation {
  receive(message: RpcMessage): void
  /** Aborts every open call, and waits for what must still be said. */
  close(): Promise<void>
}

/** A message a line, until the client is gone or `ending` aborts; then every open call is aborted. */
export async function serveStdio(
  { stdin, stdout }: StdioStreams,
  ending: AbortSignal,
  open: (send: (message: object) => Promise<void>) => Conversation,
): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    stdin.once('end', resolve)
    stdin.once('close', resolve)
    stdin.once('error', () => resolve())
    stdout.once('error', () => resolve())
    ending.addEventListener('abort', () => resolve(), { once: true })
    if (ending.aborted) resolve()
  })
  const send = (message: object) =>
    new Promise<void>((resolve) => {
      stdout.write(`${JSON.stringify(message)}\n`, () => resolve())
    })
  const conversation = open(send)
  const lines = createBoundedLines(maxMessageBytes, {
    onLine(line) {
      if (isBlank(line)) return
      const reading = readMessage(line)
      if (reading.kind === 'message') conversation.receive(reading.message)
      else void send(reading.error)
    },
    onTooLong: () => void send(tooLong),
  })
  const onData = (chunk: Uint8Array) => lines.write(chunk)
  stdin.on('data', onData)
  await gone
  stdin.off('data', onData)
  stdin.pause()
  await conversation.close()
}

/** Nothing was said: clients that end lines with \r\n, or twice, mean no message. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
