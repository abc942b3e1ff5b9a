import { lstat, open } from 'node:fs/promises'
import { basename } from 'node:path'

const opening = '# written by flyops'

/** Whether the file at an absolute path is a configuration that flyops wrote itself. */
export async function isWrittenByFlyops(path: string): Promise<boolean> {
  if (!/^fly-.*\.toml$/s.test(basename(path))) return false
  return (await beginning(path, opening.length)) === opening
}

async function beginning(path: string, sizeBytes: number): Promise<string | undefined> {
  const status = await lstat(path).catch(() => undefined)
  if (!status?.isFile()) return undefined
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sizeBytes), 0, sizeBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The paths without flyops' own files; `absolute` says where one lies. */
export async function withoutWritten(
  paths: readonly string[],
  absolute: (path: string) => string,
): Promise<readonly string[]> {
  const written = await Promise.all(paths.map((path) => isWrittenByFlyops(absolute(path))))
  return paths.filter((_path, index) => !written[index])
}
