import { FlyopsError } from '../errors.js'

/** Secrets as `flyctl secrets import` reads them. Raises `invalid_input` for a value that it would cut. */
export function secretLines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (isMisread(value)) throw notTransferable(name)
      return `${name}="""${value}"""\n`
    })
    .join('')
}

/** A line with a quote before a `#` is taken for one with a comment (flyctl 2026.8, secrets/parser.go). */
function isMisread(value: string): boolean {
  const [first = ''] = value.split('\n')
  return (
    /"[^\n]*#/.test(first) || value.includes('"""') || value.endsWith('"') || value.includes('\r')
  )
}

function notTransferable(name: string): FlyopsError {
  const message = `The value of ${name} has quotes in a place where flyctl would misread it.`
  return new FlyopsError('invalid_input', 'deploy', message, {
    remedy: `Set it by hand with \`fly secrets set ${name}=-\`, which reads the value from standard input.`,
  })
}
