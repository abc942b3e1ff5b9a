import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { comparable, fixtures, readTranscript, run, serve } from './replay.js'

const names = readdirSync(fixtures)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))

describe('prints, asks and ends as the real flyctl did', () => {
  test.for(names)('%s', async (name) => {
    const { command, env, exit, stdout, stderr, exchanges } = await readTranscript(name)
    await using server = await serve(exchanges)
    const ran = await run(command, { url: server.url, env })
    expect(ran).toEqual({ exit, stdout, stderr: stderr.replaceAll('{api}', server.url) })
    expect(comparable(server.asked)).toEqual(comparable(exchanges))
  })
})
