import { type RequestOptions, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'

/** What an engine does over HTTP (docs.docker.com/reference/api/engine); for each command a docker client is a program that takes 30 MB. */
export interface EngineApi {
  /** The body of the answer; raises `EngineRefusal`, and what kept the engine from answering. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Buffer>
}

export class EngineRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** No single request may hang the sandbox for ever. */
const timeoutMs = 120_000

const refusal = z.object({ message: z.string() })

/** `host` is a DOCKER_HOST of this machine: unix:///path. */
export function createEngineApi(host: string): EngineApi {
  const socketPath = host.replace(/^unix:\/\//, '')
  return {
    async ask(method, path, body) {
      const text = body === undefined ? '' : JSON.stringify(body)
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      }
      const target = { socketPath, method, path, headers, agent: false }
      const { status, bytes } = await send(target, text)
      if (status < 400) return bytes
      throw new EngineRefusal(status, messageOf(bytes.toString()))
    },
  }
}

function send(target: RequestOptions, text: string) {
  return new Promise<{ readonly status: number; readonly bytes: Buffer }>((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const asking = request({ ...target, signal }, (response) => {
      const told = (bytes: Buffer) => resolve({ status: response.statusCode ?? 0, bytes })
      buffer(response).then(told, reject)
    })
    asking.on('error', reject).end(text)
  })
}

/** The engine's own words, where it has some. */
function messageOf(text: string): string {
  try {
    return refusal.parse(JSON.parse(text)).message
  } catch {
    return text
  }
}
