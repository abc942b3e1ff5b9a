import { type Check, ok, warning } from './check.js'

export const journalCheck: Check = {
  name: 'journal',
  fixWhenSlow: 'See whether the disk of the state folder answers.',
  async run({ journal }) {
    const fix = journal.whereToLook
    if (!(await journal.isWritable()))
      return warning('The journal cannot be written: nothing is remembered.', fix)
    const { operations, damagedLines } = await journal.read()
    if (damagedLines > 0)
      return warning(`${damagedLines} lines of the journal are damaged, and were skipped.`, fix)
    return ok(`${operations.length} builds, pushes, creations and deploys recorded`)
  },
}
