import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import { namePattern, type Scope } from './caller.js'

const maxNameChars = 64
const pattern = z.string().regex(namePattern, 'must be a name; * stands for any text')

const entryForm = z.strictObject({
  name: z
    .string()
    .max(maxNameChars)
    .regex(/^[A-Za-z0-9][\w.@-]*$/, 'must be a plain name'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  tools: z.array(pattern),
  apps: z.array(pattern),
})

const fileForm = z.strictObject({ tokens: z.array(entryForm).max(1_000) })

/** A token as the tokens file keeps it: everything but the token. */
export type TokenEntry = z.output<typeof entryForm>

/** Reads a tokens file. Raises `invalid_input` naming what is wrong with it. */
export async function readTokens(file: string): Promise<readonly TokenEntry[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unusable(file, 'it cannot be read', cause)
  })
  const parsed = fileForm.safeParse(parse(text))
  if (!parsed.success) throw unusable(file, z.prettifyError(parsed.error).replaceAll(/\s+/g, ' '))
  const { tokens } = parsed.data
  const names = new Set(tokens.map(({ name }) => name))
  if (names.size < tokens.length) throw unusable(file, 'two of its tokens have the same name')
  return tokens
}

export interface NewToken {
  /** Shown once: the entry does not tell it. */
  readonly token: string
  readonly entry: TokenEntry
}

/** Makes a token of 256 random bits. Raises `invalid_input`. */
export function createToken(name: string, scope: Scope): NewToken {
  const token = `flyops_${randomBytes(32).toString('base64url')}`
  const sha256 = digestOf(token).toString('hex')
  const parsed = entryForm.safeParse({ name, sha256, ...scope })
  if (parsed.success) return { token, entry: parsed.data }
  throw new FlyopsError('invalid_input', 'settings', z.prettifyError(parsed.error))
}

/** Random tokens need no slow hash: there is nothing to guess. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unusable(file: string, reason: string, cause?: unknown): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `The tokens file ${file}: ${reason}.`, {
    remedy:
      'Write {"tokens": [{"name", "sha256", "tools", "apps"}]}; `flyops token NAME` makes an entry.',
    cause,
  })
}
