import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Log } from '../../src/log.js'
import type { RunOptions } from '../../src/process/command.js'
import { createRedact } from '../../src/process/redact.js'
import { createRunner } from '../../src/process/runner.js'
import { isRunning } from '../support/processes.js'

const chatter = fileURLToPath(new URL('../fixtures/programs/chatter.mjs', import.meta.url))

function createLogged() {
  const lines: unknown[] = []
  const record = (line: unknown) => void lines.push(line)
  const log = { debug: record, info: record, warn: record, error: record } as unknown as Log
  return { lines, ...createRunner({ log, redact: createRedact(['s3cret-value']) }) }
}

function start(args: readonly string[], options: RunOptions & { stdin?: string } = {}) {
  const { stdin, ...runOptions } = options
  const command = {
    program: process.execPath,
    args: [chatter, ...args],
    env: { PATH: process.env.PATH, VISIBLE: 'yes' },
    ...(stdin === undefined ? {} : { stdin }),
  }
  return createLogged().run(command, runOptions)
}

describe('running a program', () => {
  test('tells a good ending from a failing one, and keeps both streams apart', async () => {
    expect(await start(['out:hello\\n', 'err:careful\\n'])).toMatchObject({
      outcome: 'ok',
      exitCode: 0,
      stdout: 'hello\n',
      stderr: 'careful\n',
    })
    expect(await start(['exit:3'])).toMatchObject({ outcome: 'failed', exitCode: 3 })
  })

  test('tells a missing program from a failing one', async () => {
    const { run } = createLogged()
    const result = await run({ program: '/no/such/program', args: [], env: {} })
    expect(result.outcome).toBe('missing')
  })

  test('gives the child exactly the environment and standard input it was given', async () => {
    expect((await start(['env:VISIBLE', 'env:HOME'])).stdout).toBe('yes\nunset\n')
    expect((await start(['stdin'], { stdin: 'typed' })).stdout).toBe('typed\n')
    expect((await start(['stdin'])).stdout).toBe('')
  })

  test('hands on lines in order, without colours, also when nothing ends the last one', async () => {
    const lines: string[] = []
    await start(['out:a\\u001b[32mb\\u001b[0m\\r\\nc\\rd'], { onLine: (line) => lines.push(line) })
    expect(lines).toEqual(['ab', 'c', 'd'])
  })

  test('keeps the end of a flood and no more', async () => {
    const result = await start(['flood:20000'], { keepBytes: 10_000 })
    expect(result.stdout.length).toBeLessThanOrEqual(10_000)
    expect(result.stdout).toContain('19999 x')
  })

  test('keeps a reply as it came, beside the lines', async () => {
    const args = ['out:token FlyV1 fm2_abcdefgh\\n', 'line:200000', 'out:\\u009b1mé\\r\\n']
    const { reply, stdout } = await start(args, { maxReplyBytes: 2 ** 20 })
    const [token, line, ...rest] = reply?.text.split('\n') ?? []
    expect([token, line?.length, ...rest]).toEqual([
      'token FlyV1 fm2_abcdefgh',
      200_000,
      '\u009b1mé\r',
      '',
    ])
    expect(reply?.isCut).toBe(false)
    expect(stdout).not.toContain('fm2_abcdefgh')
    expect((await start(args)).reply).toBeUndefined()
  })

  test('tells a reply that is longer than may be kept', async () => {
    const { reply } = await start(['out:[\\n', 'line:200000'], { maxReplyBytes: 100_000 })
    expect(reply?.isCut).toBe(true)
    expect(Buffer.byteLength(reply?.text ?? '')).toBeLessThanOrEqual(100_000)
  })

  test('redacts secrets in output, lines and the log', async () => {
    const { run, lines } = createLogged()
    const seen: string[] = []
    const result = await run(
      {
        program: process.execPath,
        args: [chatter, 'out:token s3cret-value and FlyV1 fm2_abcdefgh\\n'],
        env: {},
      },
      { onLine: (line) => seen.push(line) },
    )
    const everything = JSON.stringify([result, lines, seen])
    expect(everything).not.toContain('s3cret-value')
    expect(everything).not.toContain('fm2_abcdefgh')
    expect(lines).toEqual([
      expect.objectContaining({
        outcome: 'ok',
        exit: 0,
        argv: expect.any(Array),
        duration_ms: expect.any(Number),
      }),
    ])
  })
})

describe('ending a program', () => {
  test('an abort ends the whole tree, also one that ignores SIGTERM', async () => {
    const controller = new AbortController()
    let grandchild = 0
    const startedAt = performance.now()
    const result = await start(['stubborn', 'grandchild', 'sleep'], {
      signal: controller.signal,
      onLine(line) {
        if (!line.startsWith('grandchild ')) return
        grandchild = Number(line.split(' ')[1])
        controller.abort()
      },
    })
    expect(result.outcome).toBe('cancelled')
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(grandchild).toBeGreaterThan(0)
    expect(await isRunning(grandchild)).toBe(false)
  })

  test('a signal that is aborted already starts nothing', async () => {
    expect(await start(['out:started'], { signal: AbortSignal.abort() })).toMatchObject({
      outcome: 'cancelled',
      stdout: '',
    })
  })

  test('a time limit is told apart from a cancellation', async () => {
    expect((await start(['sleep'], { timeoutMs: 200 })).outcome).toBe('timed_out')
  })

  test('the given stops are used instead of SIGTERM and SIGKILL', async () => {
    const controller = new AbortController()
    const result = await start(['interruptible', 'out:ready\\n', 'sleep'], {
      signal: controller.signal,
      stops: () => [{ afterMs: 50, signal: 'SIGINT' }],
      onLine: (line) => line === 'ready' && controller.abort(),
    })
    expect(result).toMatchObject({ outcome: 'cancelled', exitCode: 127 })
    expect(result.stdout).toContain('got SIGINT')
  })

  test('idle waits for every child', async () => {
    const { run, idle } = createLogged()
    let isOver = false
    const command = { program: process.execPath, args: [chatter, 'out:x'], env: {} }
    void run(command).then(() => {
      isOver = true
    })
    await idle()
    expect(isOver).toBe(true)
  })
})
