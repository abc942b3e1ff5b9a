import { z } from 'zod'
import { findingStatuses, type Scene } from '../doctor/check.js'
import { examine } from '../doctor/examine.js'
import { FlyopsError } from '../errors.js'
import * as fields from './parameters.js'
import { defineTool, readsOnly, type ToolContext } from './tool.js'

const input = z.strictObject({ context: fields.context.describe('Folder with the Dockerfile') })

const check = z.object({
  name: z.string(),
  status: z.enum(findingStatuses),
  detail: z.string(),
  fix: z.string().optional(),
})

const output = z.object({
  status: fields.status,
  ok: z.boolean(),
  checks: z.array(check),
  next: fields.next,
})

type Output = z.output<typeof output>

export const doctor = defineTool({
  name: 'doctor',
  title: 'Check machine and login',
  description:
    'Checks in 2 s what other tools need: docker, engine, builder, flyctl, login, organizations, registry, git, Dockerfile, disk, journal; each with its fix. Use it first on a new machine, or when something is missing. Changes nothing.',
  annotations: readsOnly,
  input,
  output,
  async run(request, context) {
    const project = await findProject(request.context, context)
    const checks = await examine({ ...context, project })
    context.signal.throwIfAborted()
    const ok = checks.every(({ status }) => status !== 'failed')
    const again = { tool: 'doctor', arguments: request, why: 'shows whether the fixes helped' }
    return { status: 'done' as const, ok, checks: [...checks], next: ok ? [] : [again] }
  },
  summarize({ checks }) {
    const failed = namesOf(checks, 'failed')
    const warned = namesOf(checks, 'warning')
    const warnings = warned === '' ? '' : ` Warnings: ${warned}.`
    return `${failed === '' ? 'Nothing failed.' : `Failed: ${failed}.`}${warnings}`
  },
})

/** Nothing here needs a project; a path that leads out of it is refused all the same. */
async function findProject(path: string, { folder }: ToolContext): Promise<Scene['project']> {
  try {
    const root = await folder.resolve('.', 'context', 'folder')
    return { root, context: await folder.resolve(path, 'context', 'folder') }
  } catch (error) {
    if (error instanceof FlyopsError && error.code === 'root_unset') return undefined
    throw error
  }
}

function namesOf(checks: Output['checks'], wanted: Output['checks'][number]['status']): string {
  return checks
    .filter(({ status }) => status === wanted)
    .map(({ name }) => name)
    .join(', ')
}
