import { request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly text: string
}

/** A GET to the registry on that socket. */
export function ask(
  socketPath: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, headers, agent: false }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, text: body }),
        reject,
      )
    })
    asking.on('error', reject).end()
  })
}
