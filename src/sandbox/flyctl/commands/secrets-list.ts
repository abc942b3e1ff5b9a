import type { Api } from '../api/api.js'
import { listManaged, metadataOf } from '../api/machines.js'
import { int, list, pointer, string, struct, time, type ValueOf } from '../go/types.js'
import { selectApp } from '../program/app-name.js'
import type { CommandSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { appFlag, configFlag, jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { table } from '../program/table.js'
import type { Machine } from '../shapes/machine.js'

const secret = struct('fly.AppSecret', {
  name: string,
  digest: string,
  updated_at: pointer(string),
})
const answer = struct('fly.ListAppSecretsResp', { secrets: list(secret) })
const withStatus = struct('SecretWithStatus', { name: string, digest: string, status: string })
const release = struct('uiex.Release', { version: int, created_at: time })
const releaseList = struct('response', { releases: list(release) })

type Secret = ValueOf<typeof secret>

export const secretsList: CommandSpec = {
  words: ['secrets', 'list'],
  about: 'List application secret names, digests and deployment status',
  flags: [appFlag, configFlag, jsonFlag],
  async run(context) {
    const { host, flags } = context
    const api = context.openApi()
    const { name } = await selectApp(context)
    const asking = api.machines({ path: `/${name}/secrets`, answer })
    const { secrets = [] } = await wrapping('failed to list app secrets', asking)
    const machines = await listManaged(api, name).catch(() => [])
    const released = await releaseTimes(api, name, machines)
    const rows = secrets.map((each) => ({ ...each, status: statusOf(each, machines, released) }))
    if (flags.isOn('json')) printJson(host, list(withStatus), rows)
    else host.out(toText(rows))
  },
}

/** When each release was made that a machine carries. */
async function releaseTimes(
  { uiex }: Api,
  app: string,
  machines: readonly Machine[],
): Promise<ReadonlyMap<string, number>> {
  const versions = new Set(machines.map((each) => metadataOf(each, 'fly_release_version')))
  if (versions.size === 0) return new Map()
  const limit = Math.min(200, Math.max(20, versions.size * 2))
  const path = `/apps/${app}/releases?limit=${limit}`
  const asking = uiex({ path, answer: releaseList, doing: 'list releases' })
  const { releases = [] } = await asking.catch(() => ({ releases: [] }))
  return new Map(
    releases.map(({ version, created_at = '' }) => [String(version), Date.parse(created_at)]),
  )
}

/** A machine has a secret that is not younger than the machine's release. */
function statusOf(
  { updated_at }: Secret,
  machines: readonly Machine[],
  released: ReadonlyMap<string, number>,
): string {
  if (machines.length === 0) return 'Staged'
  if (!updated_at) return 'Unknown'
  const updatedMs = Date.parse(updated_at)
  const having = machines.filter((each) => {
    const releasedMs = released.get(metadataOf(each, 'fly_release_version'))
    return releasedMs !== undefined && updatedMs <= releasedMs
  })
  if (having.length === 0) return 'Staged'
  return having.length === machines.length ? 'Deployed' : 'Partial'
}

const marks: Readonly<Record<string, string>> = { Staged: '* ', Partial: '! ' }

function toText(rows: readonly ValueOf<typeof withStatus>[]): string {
  const cells = rows.map(({ name = '', digest = '', status = '' }) => [
    `${marks[status] ?? ''}${name}`,
    digest,
    status,
  ])
  const staged = rows.filter(({ status }) => status === 'Staged').length
  const count = staged === 1 ? 'is 1 secret' : `are ${staged} secrets`
  const summary =
    staged === 0
      ? ''
      : `There ${count} not deployed. Deploy with \`fly secrets deploy\` to make them available.\n`
  return `${table(['Name', 'Digest', 'Status'], cells)}\n${summary}`
}
