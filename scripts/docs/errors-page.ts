import { exitStatus } from '../../src/cli/exit-status.js'
import { type Actor, errorCodes, factsOf } from '../../src/error-codes.js'

const actors: Readonly<Record<Actor, string>> = {
  tool: 'an assistant, alone',
  ask: 'an assistant, after asking',
  human: 'a person',
}

/** docs/errors.md: every way in which flyops fails, from its table of codes. */
export function errorsPage(): string {
  const rows = errorCodes.map((code) => {
    const { meaning, who, exit, opaque = false } = factsOf(code)
    const why = opaque ? ' `diagnosis` says why, where that is known.' : ''
    return `| \`${code}\` | ${meaning}${why} | ${actors[who]} | ${exitStatus[exit]} |`
  })
  return [
    '# Errors',
    'This page is made from the table of codes by `npm run docs`. Every error has one of these codes, and no other: `_meta["flyops/error"].code`, or `error.code` of `--json`. Who acts may differ where a [diagnosis](troubleshooting.md) knows more. The exit status is that of the verb.',
    ['| code | meaning | who acts | exit status |', '|---|---|---|---|', ...rows].join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}
