import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { withProject } from './project.mjs'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const callers = 50
const rounds = 40
const maxMs = 250

const tokenOf = (name) => `${name}-0123456789abcdef`
// A tool call that is answered without any program: what is measured is flyops' own share.
const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'create_app', arguments: { app: 'Not Legal' } },
}

/** How long one caller over HTTP waits for an answer: alone, and while 50 others call without a pause. */
export async function* httpLoad() {
  const { alone, loaded, perSecond } = await withProject((root) =>
    withHttpServer(root, async (url) => {
      await measure(url)
      return { alone: await measure(url), ...(await measureUnderLoad(url)) }
    }),
  )
  const ms = (value) => `${value.toFixed(1)} ms`
  yield { name: 'HTTP call, one caller alone', value: ms(median(alone)) }
  yield {
    name: `  with ${callers} others calling without a pause`,
    value: ms(median(loaded)),
    limit: `at most ${maxMs} ms; slowest of ${rounds}: ${ms(Math.max(...loaded))}`,
    isKept: median(loaded) <= maxMs,
  }
  yield { name: '  answers to the others', value: `${perSecond.toFixed(0)} / s` }
}

async function measure(url) {
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    await send(url, 'watched')
    times.push(performance.now() - startedAt)
  }
  return times
}

async function measureUnderLoad(url) {
  let isOver = false
  let answers = 0
  const hammer = async (name) => {
    while (!isOver) {
      await send(url, name)
      answers += 1
    }
  }
  const startedAt = performance.now()
  const load = Array.from({ length: callers }, (_, n) => hammer(`caller-${n}`))
  const loaded = await measure(url)
  const seconds = (performance.now() - startedAt) / 1000
  isOver = true
  await Promise.all(load)
  return { loaded, perSecond: answers / seconds }
}

async function send(url, name) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokenOf(name)}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(call),
  })
  const text = await response.text()
  if (!text.includes('invalid_input')) throw new Error(`${name}: ${response.status} ${text}`)
}

/** The built server, with a token for each caller, for as long as `use` takes. */
async function withHttpServer(root, use) {
  const names = ['watched', ...Array.from({ length: callers }, (_, n) => `caller-${n}`)]
  const sha256 = (token) => createHash('sha256').update(token).digest('hex')
  const tokens = names.map((name) => ({
    name,
    sha256: sha256(tokenOf(name)),
    tools: ['*'],
    apps: ['*'],
  }))
  const file = `${root}/.git/tokens.json`
  await writeFile(file, JSON.stringify({ tokens }))
  const args = ['serve', '--http', '--port', '0', '--root', root, '--tokens', file]
  const server = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, HOME: root, FLYOPS_STATE_DIR: `${root}/.git/flyops` },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(server, 'exit')
  try {
    for await (const line of createInterface({ input: server.stderr })) {
      const [, url] = /Listening on (\S+)/.exec(line) ?? []
      if (url !== undefined) return await use(url)
    }
    throw new Error('the server ended')
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
