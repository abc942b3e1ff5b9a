import table from '../../lint/imports.json' with { type: 'json' }

const start = '<!-- Made from lint/imports.json by npm run docs. -->'
const end = '<!-- End of what is made. -->'

const modules: Readonly<Record<string, readonly string[]>> = table.modules

/** docs/architecture.md with the directions of imports as they are now. */
export function withImports(page: string): string {
  const [before = '', rest = ''] = page.split(start)
  const [, after = ''] = rest.split(end)
  return `${before}${start}\n\n${drawing()}\n\n${list()}\n\n${end}${after}`
}

/** What follows from other arrows is not drawn. */
function drawing(): string {
  const arrows = Object.entries(modules).flatMap(([module, uses]) => {
    const drawn = uses.filter((use) => !uses.some((other) => reaches(other, use)))
    return drawn.length === 0 ? [] : [`  ${module} --> ${drawn.join(' & ')}`]
  })
  return ['```mermaid', 'flowchart TB', ...arrows, '```'].join('\n')
}

function reaches(from: string, to: string): boolean {
  const uses = modules[from] ?? []
  return uses.includes(to) || uses.some((use) => reaches(use, to))
}

function list(): string {
  const rows = Object.entries(modules).map(
    ([module, uses]) => `| \`${module}\` | ${uses.map((use) => `\`${use}\``).join(', ')} |`,
  )
  const base = table.base.map((name) => `\`${name}.ts\``).join(', ')
  return [
    `Every module may use the base: ${base}.`,
    '',
    '| module | may use |',
    '|---|---|',
    ...rows.map((row) => row.replace('|  |', '| – |')),
  ].join('\n')
}
