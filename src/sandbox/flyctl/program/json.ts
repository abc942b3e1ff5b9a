import { encode, toJson } from '../go/encode.js'
import type { GoType } from '../go/types.js'
import type { Host } from './host.js'

/** Prints a value as flyctl's `--json` does. */
export function printJson<Value>({ out }: Host, type: GoType<Value>, value: Value): void {
  out(`${toJson(encode(type, value), 4)}\n`)
}
