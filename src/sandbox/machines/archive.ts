/** A file as a machine gets it. */
export interface PlacedFile {
  /** Absolute. */
  readonly path: string
  readonly content: Buffer
  /** As chmod takes it. */
  readonly mode: number
}

const blockBytes = 512
/** Offsets and lengths of a header's fields (POSIX.1-1988, ustar). */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  magic: [257, 8],
} as const
const typeAt = 156

/** The files as an archive, which the engine unpacks in the root folder of a container. Raises an error for a long path. */
export function archiveOf(files: readonly PlacedFile[]): Buffer {
  return Buffer.concat([...files.flatMap(entry), Buffer.alloc(2 * blockBytes)])
}

function entry({ path, content, mode }: PlacedFile): readonly Buffer[] {
  const name = path.replace(/^\/+/, '')
  if (Buffer.byteLength(name) >= fields.name[1]) throw new Error(`${path} is too long a path`)
  const header = Buffer.alloc(blockBytes)
  const write = (field: keyof typeof fields, text: string) => header.write(text, fields[field][0])
  const octal = (field: keyof typeof fields, value: number) =>
    write(field, `${value.toString(8).padStart(fields[field][1] - 1, '0')}\0`)
  write('name', name)
  octal('mode', mode)
  octal('uid', 0)
  octal('gid', 0)
  octal('size', content.length)
  octal('mtime', 0)
  header.write('0', typeAt)
  write('magic', 'ustar\x0000')
  // It counts as spaces in its own sum.
  write('checksum', ' '.repeat(fields.checksum[1]))
  octal(
    'checksum',
    header.reduce((sum, byte) => sum + byte, 0),
  )
  const padding = (blockBytes - (content.length % blockBytes)) % blockBytes
  return [header, content, Buffer.alloc(padding)]
}
