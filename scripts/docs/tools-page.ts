import { z } from 'zod'
import { commandLineTools } from '../../src/tools/catalogue.js'
import type { Tool } from '../../src/tools/tool.js'

/** docs/tools.md: every tool as the catalogue has it. */
export function toolsPage(): string {
  const list = commandLineTools.map(({ name, title }) => `- [\`${name}\`](#${name}): ${title}`)
  return [
    '# The tools',
    'This page is made from the catalogue by `npm run docs`. On the command line a tool is a verb, `create_app` is `flyops create-app`, and a field is a flag, `health_path` is `--health-path`. `reap_previews` and `list_operations` are verbs alone: no client is offered them, and rules may name them.',
    list.join('\n'),
    ...commandLineTools.flatMap(section),
  ]
    .join('\n\n')
    .concat('\n')
}

function section(tool: Tool): readonly string[] {
  const { name, title, description, annotations, examples } = tool
  const hints = annotations.readOnlyHint
    ? 'Changes nothing.'
    : annotations.destructiveHint
      ? 'Changes or replaces what is there.'
      : 'Only adds.'
  return [
    `## ${name}`,
    `**${title}.** ${prose(description)}`,
    hints,
    inputTable(tool),
    `Answers with: ${outputFields(tool)}.`,
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ]
}

interface Property {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly const?: unknown
  readonly items?: Property
  readonly default?: unknown
  readonly description?: string
}

interface Shape {
  readonly properties?: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
}

function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input' }) as Shape
}

function inputTable({ input }: Tool): string {
  const { properties = {}, required = [] } = shapeOf(input)
  const rows = Object.entries(properties).map(([name, property]) => {
    const preset = property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``
    const need = required.includes(name) ? 'needed' : preset
    return `| \`${name}\` | ${typeOf(property)} | ${need} | ${cell(property.description ?? '')} |`
  })
  if (rows.length === 0) return 'It takes nothing.'
  return ['| field | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

function typeOf({ type, enum: choices, items }: Property): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(' or ')
  return type === 'array' ? `list of ${items?.type ?? 'values'}` : (type ?? 'any')
}

/** A bar would end the cell. */
function cell(text: string): string {
  return prose(text).replaceAll('|', '\\|')
}

/** `<app>` is no element of HTML here. */
function prose(text: string): string {
  return text.replaceAll('<', '&lt;')
}

function outputFields({ output }: Tool): string {
  const names = Object.keys(shapeOf(output).properties ?? {})
  return names.map((name) => `\`${name}\``).join(', ')
}
