import type { PlacedFile } from './archive.js'
import type { ContainerRequest } from './container-config.js'

const defaultMode = 0o644

/** The `[[files]]` of a machine, whose contents, also those in secrets, are base64. Raises an error for a secret that is not there. */
export function placedFiles({
  machine,
  secrets,
}: Pick<ContainerRequest, 'machine' | 'secrets'>): readonly PlacedFile[] {
  return (machine.config.files ?? []).map(({ guest_path: path, raw_value, secret_name, mode }) => {
    const value = raw_value ?? secrets[secret_name ?? '']
    if (value === undefined) throw new Error(`${path}: there is no secret ${secret_name ?? ''}`)
    return { path, content: Buffer.from(value, 'base64'), mode: mode ?? defaultMode }
  })
}
