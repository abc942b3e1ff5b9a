import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'

interface Property {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly description?: string
  readonly additionalProperties?: unknown
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
      return [pairs(flag, description, property)]
    default:
      return [
        withChoices(new Option(`${flag} <${field.replaceAll('_', '-')}>`, description), property),
      ]
  }
}

/** Values that are objects of one field are written `field:value`, as in `--secrets npm=env:NPM_TOKEN`. */
function pairs(flag: string, description: string, { additionalProperties }: Property): Option {
  const isNested =
    typeof additionalProperties === 'object' &&
    additionalProperties !== null &&
    'properties' in additionalProperties
  return isNested
    ? new Option(`${flag} <NAME=field:value>`, `${description} (may be repeated)`).argParser(
        collectNested,
      )
    : new Option(`${flag} <NAME=value>`, `${description} (may be repeated)`).argParser(collectPair)
}

/** For help and completion; what is none of them is refused by the tool, in our form. */
function withChoices(option: Option, { enum: choices }: Property): Option {
  if (choices !== undefined) option.argChoices = [...choices]
  return option
}

function describe({ description = '', default: preset }: Property): string {
  if (preset === undefined || preset === false) return description
  return `${description} (default: ${String(preset)})`.trim()
}

/** Reads the value of a flag that takes a number. */
export function readNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value))
    throw new InvalidArgumentError('It must be a number.')
  return value
}

function collectPair(pair: string, earlier: unknown): Record<string, unknown> {
  const [name, value] = split(pair, '=', 'NAME=value')
  return { ...(earlier as object | undefined), [name]: value }
}

function collectNested(pair: string, earlier: unknown): Record<string, unknown> {
  const form = 'NAME=field:value'
  const [name, place] = split(pair, '=', form)
  const [field, value] = split(place, ':', form)
  return { ...(earlier as object | undefined), [name]: { [field]: value } }
}

function split(text: string, mark: string, form: string): readonly [string, string] {
  const at = text.indexOf(mark)
  if (at < 1) throw new InvalidArgumentError(`It must be ${form}.`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function camelCase(field: string): string {
  return field.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())
}
