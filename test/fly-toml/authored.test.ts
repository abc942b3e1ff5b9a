import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse, type TomlTable } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { composeConfig } from '../../src/fly-toml/compose.js'
import type { DeploySettings } from '../../src/fly-toml/fly-toml.js'
import { withoutHeader } from '../../src/fly-toml/header.js'

const folder = join(import.meta.dirname, '..', 'fixtures', 'fly-toml')
const files = readdirSync(folder).map((name): [string, string] => [
  name,
  readFileSync(join(folder, name), 'utf8'),
])
const image = 'registry.fly.io/hello:1a2b3c4'

function compose(text: string, settings: DeploySettings = {}): string {
  const base = { path: 'fly.toml', text, isTarget: false }
  return composeConfig({ app: 'hello', image, settings, base }).text
}

/** The lines that only one of the texts has, by their longest common sequence. */
function differing(before: string, after: string) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const longest = old.map(() => now.map(() => 0))
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = longest[i] as number[]
      row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  const lines = { removed: [] as string[], added: [] as string[] }
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      i += 1
      j += 1
    } else if (j < now.length && (i === old.length || at(i, j + 1) >= at(i + 1, j))) {
      lines.added.push(now[j] ?? '')
      j += 1
    } else {
      lines.removed.push(old[i] ?? '')
      i += 1
    }
  }
  return lines
}

const decided = /^\uFEFF?\s*["']?(app|image|build(\.image)?)["']?\s*=/i
const comment = /#[^"']*$/

function tables(text: string): TomlTable {
  return parse(text, { integersAsBigInt: true })
}

/** A table's key as the author spells it. */
function spelled(table: TomlTable, name: string): string {
  return Object.keys(table).find((key) => key.toLowerCase() === name) ?? name
}

test('there are more files than Fly’s reference has tables', () => {
  expect(files.length).toBeGreaterThanOrEqual(40)
})

describe.each(files)('%s, as its author wrote it', (_name, text) => {
  test('differs in the lines of app and image alone, and keeps their comments', () => {
    const { removed, added } = differing(text, withoutHeader(compose(text)))
    for (const line of removed.filter((each) => each !== '')) {
      expect(line).toMatch(decided)
      const kept = comment.exec(line)?.[0] ?? ''
      expect(added.join('\n')).toContain(kept.trim())
    }
    for (const line of added.filter((each) => each.trim() !== ''))
      expect(line).toMatch(line.trim() === '[build]' ? /build/ : decided)
    expect(added.length).toBeLessThanOrEqual(6)
  })

  test('says the same but for app and image', () => {
    const expected = tables(text)
    expected[spelled(expected, 'app')] = 'hello'
    const key = spelled(expected, 'build')
    const build = (expected[key] ?? {}) as TomlTable
    expected[key] = { ...build, [spelled(build, 'image')]: image }
    expect(tables(compose(text))).toEqual(expected)
  })

  test('keeps the ends of its lines, and what callers set is all that differs more', () => {
    const settings = { memory: '512mb', region: 'ewr', env: { MORE: 'x' }, strategy: 'canary' }
    const composed = compose(text, settings)
    const { removed } = differing(text, withoutHeader(composed))
    const mine =
      /^\s*["']?(memory|memory_mb|primary_region|env|vm|strategy|PRIMARY_REGION)["']?\s*=/i
    for (const line of removed.filter((each) => each.trim() !== ''))
      expect(line).toMatch(new RegExp(`${decided.source}|${mine.source}`, 'i'))
    expect(compose(text, settings)).toBe(composed)
    const body = withoutHeader(composed)
    if (text.includes('\r\n')) expect(body.replaceAll('\r\n', '')).not.toContain('\n')
    else expect(body).not.toContain('\r')
  })
})

const flyctl = process.env.FLYOPS_REAL_FLYCTL ?? ''

describe.skipIf(flyctl === '')('the real flyctl', () => {
  async function isAccepted(path: string): Promise<boolean> {
    const env = {
      ...process.env,
      FLY_API_TOKEN: 'none',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      FLY_TRACE_COLLECTOR_URL: '127.0.0.1',
    }
    const args = ['config', 'validate', '--config', path]
    return promisify(execFile)(flyctl, args, { env }).then(
      () => true,
      () => false,
    )
  }

  test('accepts of what is composed all that it accepts of the authors', async () => {
    const place = await mkdtemp(join(tmpdir(), 'flyops-authored-'))
    try {
      const results = []
      for (const [name, text] of files) {
        const [before, after] = [join(place, `old-${name}`), join(place, name)]
        await writeFile(before, text)
        await writeFile(after, compose(text))
        const [was, is] = await Promise.all([isAccepted(before), isAccepted(after)])
        results.push({ name, was, is })
      }
      expect(results.filter(({ was, is }) => was && !is)).toEqual([])
      expect(results.filter(({ was }) => was).length).toBeGreaterThan(40)
    } finally {
      await rm(place, { recursive: true })
    }
  }, 120_000)
})
