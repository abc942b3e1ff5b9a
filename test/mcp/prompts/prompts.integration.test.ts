import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mcpHeaders, replyOf, send, startHttpServer } from '../../support/http-server.js'
import { messagesOf, modernPost, modernRequest, next } from '../../support/modern.js'
import { startStdioServer } from '../../support/stdio-server.js'

type Ask = (method: string, params: object) => Promise<Readonly<Record<string, unknown>>>

let ids = 0
function legacyRequest(method: string, params: object) {
  ids += 1
  return { jsonrpc: '2.0', id: ids, method, params }
}

type RequestOf = (method: string, params: object) => object

async function overStdio(requestOf: RequestOf): Promise<Ask> {
  const server = await startStdioServer()
  onTestFinished(async () => {
    await server.end()
  })
  await writeHistory(server.stateDir)
  return async (method, params) => {
    server.write(`${JSON.stringify(requestOf(method, params))}\n`)
    return { ...(await server.answer()).result }
  }
}

async function overHttp(post: (url: URL, method: string, params: object) => Promise<unknown>) {
  const server = await startHttpServer()
  onTestFinished(async () => {
    await server.stop()
  })
  await writeHistory(server.stateDir)
  return async (method: string, params: object) => ({
    ...Object(await post(server.url, method, params)),
  })
}

/** What flyops would have written down of one push. */
async function writeHistory(stateDir: string): Promise<void> {
  const image = 'registry.fly.io/hello:1a2b3c4'
  const common = { id: '0123456789abcdef', at: '2026-11-23T10:00:00.000Z' }
  const lines = [
    { event: 'started', pid: 1, platform: 'registry.fly.io', tool: 'push_image', app: 'hello' },
    { event: 'ended', status: 'done', durationMs: 1, result: { app: 'hello', image } },
  ]
  await mkdir(stateDir, { recursive: true })
  const text = lines.map((line) => JSON.stringify({ ...common, args: {}, ...line })).join('\n')
  await writeFile(join(stateDir, 'journal.jsonl'), `${text}\n`)
}

test.each<[string, () => Promise<Ask>]>([
  ['MCP 2025-11-25 on standard input', () => overStdio(legacyRequest)],
  ['MCP 2026-07-28 on standard input', () => overStdio(modernRequest)],
  [
    'MCP 2025-11-25 over HTTP',
    () =>
      overHttp(async (url, method, params) => {
        const body = JSON.stringify(legacyRequest(method, params))
        return replyOf(await send(url, { headers: mcpHeaders, body })).result
      }),
  ],
  [
    'MCP 2026-07-28 over HTTP',
    () =>
      overHttp(async (url, method, params) => {
        const post = modernPost(modernRequest(method, params))
        return (await next(messagesOf(await fetch(url, post)))).result
      }),
  ],
])('prompts and what completes them: %s', async (_name, open) => {
  const ask = await open()
  const { prompts } = await ask('prompts/list', {})
  expect(prompts).toContainEqual(
    expect.objectContaining({
      name: 'ship',
      arguments: [expect.objectContaining({ name: 'app' })],
    }),
  )
  const { messages } = await ask('prompts/get', { name: 'ship', arguments: { app: 'hello' } })
  expect(JSON.stringify(messages)).toContain('the Fly app hello')
  const complete = (name: string, value: string) => {
    const ref = { type: 'ref/prompt', name: 'roll-back' }
    return ask('completion/complete', { ref, argument: { name, value } })
  }
  expect(await complete('app', 'he')).toMatchObject({ completion: { values: ['hello'] } })
  expect(await complete('image', '')).toMatchObject({
    completion: { values: ['registry.fly.io/hello:1a2b3c4'] },
  })
})

test.each([
  ['initialize', () => overStdio(legacyRequest), 'serverInfo'],
  ['server/discover', () => overStdio(modernRequest), '_meta'],
] as const)('%s says what there is, and how this server looks', async (method, open, where) => {
  const ask = await open()
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const result = await ask(method, method === 'initialize' ? params : {})
  expect(result.capabilities).toMatchObject({ tools: {}, prompts: {}, completions: {} })
  expect(JSON.stringify(result[where])).toMatch(
    /"websiteUrl":"https:.*"icons":\[\{"src":"data:image/,
  )
})
