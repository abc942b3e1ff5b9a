import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'

interface Property {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly description?: string
}

/** Adds a flag for each field of a tool's input: health_path becomes --health-path. */
export function addFlags(command: Command, input: z.ZodType): void {
  for (const [field, property] of Object.entries(propertiesOf(input))) {
    for (const option of optionsOf(field, property)) command.addOption(option)
  }
}

/** What the caller gave, by field name; fields left out stay out, so that defaults have one home. */
export function readFlags(command: Command, input: z.ZodType): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of Object.keys(propertiesOf(input))) {
    const negated = field.startsWith('no_')
    const attribute = camelCase(negated ? field.slice('no_'.length) : field)
    if (command.getOptionValueSource(attribute) !== 'cli') continue
    const value: unknown = command.getOptionValue(attribute)
    values[field] = negated ? value === false : value
  }
  return values
}

function propertiesOf(input: z.ZodType): Readonly<Record<string, Property>> {
  const schema = z.toJSONSchema(input, { io: 'input' })
  return (schema.properties ?? {}) as Record<string, Property>
}

function optionsOf(field: string, property: Property): readonly Option[] {
  const flag = `--${field.replaceAll('_', '-')}`
  const description = describe(property)
  switch (property.type) {
    case 'boolean':
      return property.default === false
        ? [new Option(flag, description)]
        : [new Option(flag, description), new Option(flag.replace('--', '--no-'), 'the opposite')]
    case 'integer':
    case 'number':
      return [new Option(`${flag} <number>`, description).argParser(readNumber)]
    case 'array':
      return [new Option(`${flag} <${field.replaceAll('_', '-')}...>`, description)]
    case 'object':
      return [
        new Option(`${flag} <NAME=value>`, `${description} (may be repeated)`).argParser(
          collectPair,
        ),
      ]
    default:
      return [new Option(`${flag} <${field.replaceAll('_', '-')}>`, description)]
  }
}

function describe({ description = '', enum: choices, default: preset }: Property): string {
  const notes = [
    ...(choices === undefined ? [] : [choices.join(' | ')]),
    ...(preset === undefined || preset === false ? [] : [`default: ${String(preset)}`]),
  ]
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`.trim()
}

/** Reads the value of a flag that takes a number. */
export function readNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value))
    throw new InvalidArgumentError('It must be a number.')
  return value
}

function collectPair(pair: string, earlier: unknown): Record<string, string> {
  const at = pair.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be NAME=value.')
  const pairs = earlier !== null && typeof earlier === 'object' ? earlier : {}
  return { ...pairs, [pair.slice(0, at)]: pair.slice(at + 1) }
}

function camelCase(field: string): string {
  return field.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())
}
