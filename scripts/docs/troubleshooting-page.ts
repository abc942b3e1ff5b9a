import { diagnosisStages, type Entry } from '../../src/diagnosis/diagnosis.js'
import { entries } from '../../src/diagnosis/entries.js'
import { actorOf } from '../../src/diagnosis/match.js'
import type { Actor } from '../../src/error-codes.js'
import type { Retry } from '../../src/errors.js'
import texts from '../../test/fixtures/diagnosis/texts.json' with { type: 'json' }

const titles: Readonly<Record<(typeof diagnosisStages)[number], string>> = {
  preflight: 'Before anything is done',
  build: 'Building',
  push: 'Pushing',
  auth: 'Logins and tokens',
  create_app: 'Creating an app',
  config: 'fly.toml',
  deploy: 'Deploying',
  release_command: 'Release commands',
  boot: 'The app starts',
  health: 'Health checks',
  traffic: 'Requests',
  logs: 'Logs',
  any: 'Anywhere',
}

/** docs/troubleshooting.md: every failure that flyops knows, from its diagnosis data. */
export function troubleshootingPage(): string {
  const sections = diagnosisStages.flatMap((stage) => {
    const known = entries.filter((entry) => entry.stage === stage)
    return known.length === 0 ? [] : [`## ${titles[stage]}`, ...known.map(describe)]
  })
  return [
    '# Troubleshooting',
    'This page is made from the diagnosis data by `npm run docs`. An error of flyops names its entry as `diagnosis`; `flyops diagnose < build.log` finds it for any text. Each entry shows what a program prints, for example, then the cause and what to do. What no entry knows is `unknown_failure`: read the evidence.',
    ...sections,
  ]
    .join('\n\n')
    .concat('\n')
}

const again: Readonly<Record<Retry, string>> = {
  no: 'The same call fails again.',
  once: 'The same call may be made once more.',
  yes: 'The same call may be repeated.',
  after_wait: 'The same call may be repeated after a while.',
}

const actors: Readonly<Record<Actor, string>> = {
  tool: 'An assistant may act alone',
  ask: 'An assistant asks first',
  human: 'A person must act',
}

function describe(entry: Entry): string {
  const { id, cause, remedy, retry, next } = entry
  const call = next === undefined ? '' : ` Repaired by \`${next.tool}\`.`
  const parts = [
    `### ${id}`,
    ...seen(id),
    plain(cause),
    `**What to do.** ${plain(remedy)}`,
    `${actors[actorOf(entry)]}. ${again[retry]}${call}`,
  ]
  return parts.join('\n\n')
}

/** What a program prints then, for example: the text that the tests find the entry by. */
function seen(id: string): readonly string[] {
  const known = texts.find((each) => each.id === id)
  return known === undefined ? [] : [`\`\`\`text\n${known.text}\n\`\`\``]
}

/** `$<name>` stands for a part of the text that was matched. */
function plain(text: string): string {
  return text.replace(/\$<(\w+)>/g, '*$1*').replaceAll('<', '&lt;')
}
