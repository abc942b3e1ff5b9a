import { isOffered, type Permission } from '../access/permission.js'

/** A tool as the prepared answer to tools/list has it; clients read more of it than flyops does. */
export interface ListedTool {
  readonly name: string
  readonly annotations?: { readonly readOnlyHint?: boolean }
}

/** Those that this caller sees, always in the same order. */
export function offeredTools(
  tools: readonly ListedTool[],
  permission: Permission,
): readonly ListedTool[] {
  return tools.filter(({ name, annotations }) =>
    isOffered(permission, { name, readsOnly: annotations?.readOnlyHint === true }),
  )
}
