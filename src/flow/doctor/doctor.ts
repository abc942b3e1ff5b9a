import { hasCode } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import type { Scene } from './check.js'
import { examine } from './examine.js'
import type { DoctorInput } from './input.js'

/** Looks at what other tools need, with the fix of each fault. */
export async function examineMachine(request: DoctorInput, context: ToolContext) {
  const project = await findProject(request.context, context)
  const checks = await examine({ ...context, project })
  context.signal.throwIfAborted()
  const ok = checks.every(({ status }) => status === 'ok' || status === 'warning')
  const again = next.doctor(request, 'shows whether the fixes helped')
  return { status: 'done' as const, ok, checks: [...checks], next: ok ? [] : [again] }
}

/** Nothing here needs a project; a path that leads out of it is refused all the same. */
async function findProject(path: string, { folder }: ToolContext): Promise<Scene['project']> {
  try {
    const root = await folder.resolve('.', 'context', 'folder')
    return { root, context: await folder.resolve(path, 'context', 'folder') }
  } catch (error) {
    if (hasCode(error, 'root_unset')) return undefined
    throw error
  }
}
