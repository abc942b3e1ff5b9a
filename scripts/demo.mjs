// The whole flow in the sandbox: by one assistant, or with `--team` by two instances behind a load balancer.
import { parseArgs } from 'node:util'

const { values: flags } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, team: { type: 'boolean', default: false } },
})
const { play } = flags.team ? await import('./demo/team.mjs') : await import('./demo/lesson.mjs')
await play(flags)
