import type { Command } from 'commander'

/** Command lines for the help of the verbs that are no tools; a tool has its own. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  serve: [
    'flyops serve --root .',
    'flyops serve --sandbox',
    "flyops serve --read-only --apps 'staging-*'",
    'flyops serve --http --host 0.0.0.0 --tokens tokens.json',
  ],
  sandbox: [
    'flyops sandbox up --install',
    'eval "$(flyops sandbox env)"',
    'flyops sandbox fault add api status --status 503 --times 1',
  ],
  diagnose: ['docker build . 2>&1 | flyops diagnose --stage build'],
  install: [
    'flyops install --client claude-desktop --root . --dry-run',
    'flyops install --client cursor --scope project --exclude',
    'flyops install --client codex --print',
  ],
  token: ["flyops token ci --tools 'ship,get_job' --apps 'staging-*'"],
  'import-journal': ['FLYOPS_DATABASE_URL=postgres://… flyops import-journal'],
  completion: [
    'source <(flyops completion bash)',
    'flyops completion fish > ~/.config/fish/completions/flyops.fish',
  ],
}

/** Adds the examples of the verbs that have some here to their help. */
export function addExamples(program: Command): Command {
  for (const verb of program.commands) showExamples(verb, examples[verb.name()])
  return program
}

/** Adds command lines to the help of a verb. */
export function showExamples(verb: Command, lines: readonly string[] = []): void {
  if (lines.length === 0) return
  verb.addHelpText('after', ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n'))
}
