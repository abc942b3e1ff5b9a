import { hasCode } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { examine } from './examine.js'
import type { DoctorInput } from './input.js'

/** Looks at what other tools need, with the fix of each fault. */
export async function examineMachine(request: DoctorInput, context: ToolContext) {
  const folder = await contextFolder(request.context, context)
  const checks = await examine({ ...context, context: folder })
  context.signal.throwIfAborted()
  const ok = checks.every(({ status }) => status !== 'failed')
  const again = next.doctor(request, 'shows whether the fixes helped')
  return { status: 'done' as const, ok, checks: [...checks], next: ok ? [] : [again] }
}

/** Nothing here needs a project; a path that leads out of it is refused all the same. */
async function contextFolder(path: string, { folder }: ToolContext): Promise<string | undefined> {
  return folder.resolve(path, 'context', 'folder').catch((error: unknown) => {
    if (hasCode(error, 'root_unset')) return undefined
    throw error
  })
}
