import { Command } from 'commander'
import type { Composition } from '../compose.js'
import { FlyopsError } from '../errors.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'

/** `flyops import-journal`: what this machine's journal remembers, for all who share the database. */
export function importVerb(
  host: Host,
  start: (flags: CommonFlags) => Promise<Composition>,
): Command {
  const verb = new Command('import-journal')
    .summary('Add this machine’s journal to the database')
    .description(
      'Adds what the journal in the state folder remembers to the database of FLYOPS_DATABASE_URL. Lines that are there already are left; the files stay as they are.',
    )
    .option('--log-level <level>', 'debug, info, warn, error or silent', 'silent')
  return verb.action(async () => {
    const { importJournal, idle } = await start(verb.opts<CommonFlags>())
    try {
      if (importJournal === undefined) throw noDatabase()
      const { added, known } = await importJournal()
      host.stdout.write(`Added ${added} lines; ${known} were there already.\n`)
    } finally {
      await idle()
    }
  })
}

function noDatabase(): FlyopsError {
  const message = 'There is no database to add the journal to.'
  return new FlyopsError('invalid_input', 'settings', message, {
    remedy: 'Set FLYOPS_DATABASE_URL.',
  })
}
