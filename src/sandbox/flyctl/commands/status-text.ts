import type { Api } from '../api/api.js'
import { checkForNewerImages } from '../api/latest-image.js'
import { groupOf, isManaged, metadataOf } from '../api/machines.js'
import { bold } from '../program/colours.js'
import { table, verticalTable } from '../program/table.js'
import type { AppCompact } from '../shapes/app.js'
import type { Machine } from '../shapes/machine.js'

/** What `status` prints without `--json`. */
export async function statusText(
  api: Api,
  app: AppCompact,
  machines: readonly Machine[],
): Promise<string> {
  await checkForNewerImages(api, machines)
  const managed = machines.filter(isManaged)
  const about = verticalTable('App', [
    ['Name', app.Name ?? ''],
    ['Owner', app.Organization?.Slug ?? ''],
    ['Hostname', app.Hostname ?? ''],
    ['Image', newestImage(managed)],
  ])
  if (managed.length === 0) return about
  const rows = managed.map(toRow).sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1))
  return `${about}${bold('Machines')}\n${table(headings, rows)}\n`
}

const headings = ['Process', 'ID', 'Version', 'Region', 'State', 'Role', 'Checks', 'Last Updated']

function toRow(machine: Machine): readonly string[] {
  return [
    groupOf(machine) || '<default>',
    machine.id ?? '',
    metadataOf(machine, 'fly_release_version'),
    machine.region ?? '',
    machine.state ?? '',
    metadataOf(machine, 'role'),
    summary(machine),
    machine.updated_at ?? '',
  ]
}

function summary({ checks = [] }: Machine): string {
  if (checks.length === 0) return ''
  const counts = ['passing', 'warning', 'critical'].map((word) => {
    const count = checks.filter(({ status }) => status === word).length
    return count > 0 ? `, ${count} ${word}` : ''
  })
  return `${checks.length} total${counts.join('')}`
}

/** Of the machine that carries the newest release. */
function newestImage(machines: readonly Machine[]): string {
  const version = (machine: Machine) => Number(metadataOf(machine, 'fly_release_version'))
  const newest = [...machines].sort((a, b) => version(b) - version(a))[0]
  if (newest === undefined) return '-'
  return `${newest.image_ref?.repository ?? ''}:${newest.image_ref?.tag ?? ''}`
}
