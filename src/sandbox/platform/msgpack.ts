/** What macaroons have of MessagePack: no floats, no extensions, no dates. Byte strings are Buffers. */
export type Packed =
  | null
  | boolean
  | number
  | string
  | Buffer
  | readonly Packed[]
  | ReadonlyMap<Packed, Packed>

/** Deeper than any caveat. */
const maxDepth = 16

/** In the shortest form, as the Go library writes it: signatures are made over it. Raises a RangeError beyond what tokens are made of. */
export function pack(value: Packed): Buffer {
  if (value === null) return Buffer.of(0xc0)
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2)
  if (typeof value === 'number') return packUnsigned(value)
  if (typeof value === 'string') {
    const text = Buffer.from(value)
    return Buffer.concat([short(0xa0, text.length, 32), text])
  }
  if (Buffer.isBuffer(value)) return Buffer.concat([sized(0xc4, value.length, 1), value])
  const isMap = value instanceof Map
  const items: readonly Packed[] = isMap ? [...value].flat() : (value as readonly Packed[])
  const head = isMap ? short(0x80, value.size, 16) : short(0x90, items.length, 16)
  return Buffer.concat([head, ...items.map(pack)])
}

function short(code: number, length: number, limit: number): Buffer {
  if (length >= limit) throw new RangeError('longer than tokens are made')
  return Buffer.of(code | length)
}

function packUnsigned(value: number): Buffer {
  if (value < 2 ** 7) return Buffer.of(value)
  if (value < 2 ** 8) return sized(0xcc, value, 1)
  return value < 2 ** 16 ? sized(0xcd, value, 2) : sized(0xce, value, 4)
}

/** `writeUIntBE` raises a RangeError where the value does not fit. */
function sized(code: number, value: number, bytes: number): Buffer {
  const packed = Buffer.alloc(1 + bytes, code)
  packed.writeUIntBE(value, 1, bytes)
  return packed
}

/** Reads values one after another, and raises a RangeError at what is cut off, too deep or of another type. */
export function createUnpacker(bytes: Buffer) {
  let at = 0
  function take(length: number): Buffer {
    if (at + length > bytes.length) throw new RangeError('the text ends too soon')
    at += length
    return bytes.subarray(at - length, at)
  }
  const unsigned = (size: number) =>
    size === 8 ? Number(take(8).readBigUInt64BE()) : take(size).readUIntBE(0, size)
  const signed = (size: number) =>
    size === 8 ? Number(take(8).readBigInt64BE()) : take(size).readIntBE(0, size)
  const text = (length: number) => take(length).toString()

  function list(length: number, depth: number): Packed[] {
    if (depth > maxDepth) throw new RangeError('too deep')
    const found: Packed[] = []
    while (found.length < length) found.push(value(depth + 1))
    return found
  }
  function map(length: number, depth: number): Map<Packed, Packed> {
    const found = new Map<Packed, Packed>()
    const flat = list(length * 2, depth)
    for (let index = 0; index < flat.length; index += 2)
      found.set(flat[index] ?? null, flat[index + 1] ?? null)
    return found
  }

  /** The codes are in the order of the specification's table. */
  function value(depth = 0): Packed {
    const code = unsigned(1)
    if (code <= 0x7f) return code
    if (code <= 0x8f) return map(code & 0x0f, depth)
    if (code <= 0x9f) return list(code & 0x0f, depth)
    if (code <= 0xbf) return text(code & 0x1f)
    if (code === 0xc0) return null
    if (code === 0xc2 || code === 0xc3) return code === 0xc3
    if (code >= 0xc4 && code <= 0xc6) return take(unsigned(2 ** (code - 0xc4)))
    if (code >= 0xcc && code <= 0xcf) return unsigned(2 ** (code - 0xcc))
    if (code >= 0xd0 && code <= 0xd3) return signed(2 ** (code - 0xd0))
    if (code >= 0xd9 && code <= 0xdb) return text(unsigned(2 ** (code - 0xd9)))
    if (code === 0xdc || code === 0xdd) return list(unsigned(2 * (code - 0xdb)), depth)
    if (code === 0xde || code === 0xdf) return map(unsigned(2 * (code - 0xdd)), depth)
    if (code >= 0xe0) return code - 0x100
    throw new RangeError(`no type of macaroons: ${code}`)
  }
  return {
    value: () => value(),
    /** The length of the list that begins here, whose items follow one by one. */
    listLength(): number {
      const code = unsigned(1)
      if (code >= 0x90 && code <= 0x9f) return code & 0x0f
      if (code === 0xdc || code === 0xdd) return unsigned(2 * (code - 0xdb))
      throw new RangeError('no list')
    },
    position: () => at,
    /** As it stands in the text. */
    since: (start: number) => bytes.subarray(start, at),
    isAtEnd: () => at === bytes.length,
  }
}
