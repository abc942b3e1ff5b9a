import { type RequestOptions, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'

/** What an engine does over HTTP (docs.docker.com/reference/api/engine); for each command a docker client is a program that takes 30 MB. */
export interface EngineApi {
  /**
   * The body of the answer; raises `EngineRefusal`, or `EngineAway` where there is no whole answer. A body is JSON, or an
   * archive.
   */
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object | Buffer,
  ): Promise<Buffer>
}

export class EngineRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export class EngineAway extends Error {}

/** No single request may hang the sandbox for ever. */
const timeoutMs = 120_000

const refusal = z.object({ message: z.string() })

/** `host` is a DOCKER_HOST of this machine: unix:///path. */
export function createEngineApi(host: string): EngineApi {
  const socketPath = host.replace(/^unix:\/\//, '')
  return {
    async ask(method, path, body) {
      const isArchive = Buffer.isBuffer(body)
      const sent = isArchive ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body))
      const headers = {
        'content-type': isArchive ? 'application/x-tar' : 'application/json',
        'content-length': String(sent.length),
      }
      const target = { socketPath, method, path, headers, agent: false }
      const { status, bytes } = await send(target, sent)
      if (status < 400) return bytes
      throw new EngineRefusal(status, messageOf(bytes.toString()))
    },
  }
}

interface Answer {
  readonly status: number
  readonly bytes: Buffer
}

function send(target: RequestOptions, body: Buffer): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const asking = request({ ...target, signal }, (response) => {
      const told = (bytes: Buffer) => resolve({ status: response.statusCode ?? 0, bytes })
      buffer(response).then(told, reject)
    })
    asking.on('error', reject).end(body)
  }).catch((error: unknown) => {
    throw new EngineAway(String(error), { cause: error })
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
