import { z } from 'zod'
import type { ToolContext } from '../context.js'
import { operationsIfReadable } from '../record/operations-here.js'
import { namesIn } from '../secrets/values.js'
import { type ShipInput, shipInput } from './input.js'

const told = z.object({
  required_secrets: shipInput.shape.required_secrets,
  secrets_file: shipInput.shape.secrets_file,
})

/** The secrets that the app must have, and where its test finds them, stand as the last ship of it said. */
export async function remembering(request: ShipInput, context: ToolContext): Promise<ShipInput> {
  if (request.required_secrets !== undefined || request.secrets_file !== undefined) return request
  const { operations } = await operationsIfReadable(context)
  const own = operations.filter(({ app }) => app === request.app)
  const isEnd = ({ tool, end }: (typeof own)[number]) =>
    tool === 'destroy_app' && end?.status === 'done'
  const last = own.slice(own.findLastIndex(isEnd) + 1).findLast(({ tool }) => tool === 'ship')
  const { required_secrets: names, secrets_file: file } =
    told.safeParse(last?.args ?? {}).data ?? {}
  if (names === undefined || names.length === 0) return request
  context.progress({ message: `the app needs ${names.join(', ')}, as the last ship said` })
  const isThere = file !== undefined && (await canRead(file, context))
  return { ...request, required_secrets: names, ...(isThere ? { secrets_file: file } : {}) }
}

function canRead(file: string, context: ToolContext): Promise<boolean> {
  return namesIn(file, context).then(
    () => true,
    () => false,
  )
}
