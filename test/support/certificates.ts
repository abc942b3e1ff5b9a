import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

export const hasOpenssl = (await execa('openssl', ['version'], { reject: false })).exitCode === 0

/** An authority of its own: what it signs nobody else trusts. */
export interface Authority {
  /** Makes a folder with ca.pem, and cert.pem and key.pem of that name, which is also one for 127.0.0.1. */
  issue(name: string): Promise<string>
}

export async function createAuthority(folder: string): Promise<Authority> {
  await mkdir(folder, { recursive: true })
  const ca = join(folder, 'ca.pem')
  const key = join(folder, 'ca-key.pem')
  const openssl = (...args: readonly string[]) => execa('openssl', args)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openssl(
    ...['req', '-x509', ...newKey, '-keyout', key, '-out', ca],
    ...['-subj', '/CN=authority of a test', '-days', '1'],
  )
  return {
    async issue(name) {
      const own = join(folder, name)
      await mkdir(own)
      const request = join(own, 'request.pem')
      const names = join(own, 'names')
      await writeFile(names, 'subjectAltName = IP:127.0.0.1\n')
      await openssl(
        ...['req', ...newKey, '-keyout', join(own, 'key.pem'), '-out', request],
        ...['-subj', `/CN=${name}`],
      )
      await openssl(
        ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', key, '-CAcreateserial'],
        ...['-extfile', names, '-days', '1', '-out', join(own, 'cert.pem')],
      )
      await openssl('x509', '-in', ca, '-out', join(own, 'ca.pem'))
      return own
    },
  }
}
