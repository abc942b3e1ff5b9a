/** What people see of a result: its fields by name, the parts of an object beside the others. */
export function shownFields(output: object): readonly (readonly [string, unknown])[] {
  return Object.entries(output)
    .filter(([name, value]) => name !== 'next' && name !== 'status' && value !== undefined)
    .flatMap(opened)
}

function opened([name, value]: [string, unknown]): readonly (readonly [string, unknown])[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[name, value]]
  return Object.entries(value).map(([part, each]) => [`${name}.${part}`, each])
}
