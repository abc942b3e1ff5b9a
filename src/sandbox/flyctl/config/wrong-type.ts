import { z } from 'zod'
import { appConfig } from './schema.js'

/** What Go's JSON reader says of the first value that has another type than flyctl's struct. */
export function wrongTypeText(error: z.ZodError, config: unknown): string | undefined {
  const [issue] = error.issues
  if (issue === undefined) return undefined
  if (issue.code === 'custom') return issue.message
  const { structName, keys } = structOf(issue.path)
  const wanted = goType(issue)
  const found = jsonKind(valueAt(config, issue.path))
  return `json: cannot unmarshal ${found} into Go struct field ${[structName, ...keys].join('.')} of type ${wanted}`
}

/** The struct that the value at a path belongs to, and the names of the fields that lead there. */
function structOf(path: z.core.$ZodIssue['path']) {
  let schema: unknown = appConfig
  let structName = 'Config'
  const keys: string[] = []
  for (const key of path) {
    const shape = bare(schema)
    if (shape instanceof z.ZodObject) {
      structName = String(shape.meta()?.struct ?? structName)
      keys.push(String(key))
      schema = shape.shape[String(key)]
    } else if (shape instanceof z.ZodArray) schema = shape.element
    else if (shape instanceof z.ZodRecord) schema = shape.valueType
  }
  return { structName, keys }
}

function bare(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema
}

function goType(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return 'fly.Duration'
  if (issue.code !== 'invalid_type') return issue.code
  if (issue.path.at(-1) === 'max_unavailable') return 'float64'
  return goTypes[issue.expected] ?? issue.expected
}

const goTypes: Readonly<Record<string, string>> = {
  int: 'int',
  number: 'int',
  boolean: 'bool',
  array: '[]string',
  record: 'map[string]string',
  object: 'struct',
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function valueAt(config: unknown, path: z.core.$ZodIssue['path']): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object'
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    config,
  )
}
