import { z } from 'zod'
import { findingStatuses } from '../flow/doctor/check.js'
import { examineMachine } from '../flow/doctor/doctor.js'
import { doctorInput } from '../flow/doctor/input.js'
import * as fields from '../flow/fields.js'
import { defineTool, readsOnly } from './tool.js'

const check = z.object({
  name: z.string(),
  status: z.enum(findingStatuses),
  detail: z.string(),
  fix: z.string().optional(),
})

type Check = z.output<typeof check>

const output = z.object({
  status: fields.status,
  ok: z.boolean(),
  checks: z.array(check),
  next: fields.next,
})

export const doctor = defineTool({
  name: 'doctor',
  title: 'Check this machine',
  description:
    'Checks in 2 s what the other tools need: docker, engine, builder, flyctl, login, organizations, registry, git, Dockerfile, disk, journal; each with its fix. Use it on a new machine, or when something is missing.',
  annotations: readsOnly,
  input: doctorInput,
  output,
  examples: ['flyops doctor', 'flyops doctor --json'],
  needsNoApp: 'none',
  run: examineMachine,
  summarize({ checks }) {
    const failed = namesOf(checks, 'failed')
    const unknown = namesOf(checks, 'unknown')
    const warned = namesOf(checks, 'warning')
    const warnings = warned === '' ? '' : ` Warnings: ${warned}.`
    const unanswered =
      unknown === '' ? '' : ` Not answered in time, so not known to work: ${unknown}.`
    const begin = failed === '' ? nothingFailed(unknown) : `Failed: ${failed}.`
    return `${begin}${unanswered}${warnings}`
  },
})

/** What nobody answered is not well either. */
function nothingFailed(unknown: string): string {
  return unknown === '' ? 'Nothing failed.' : 'Not all is well.'
}

function namesOf(checks: readonly Check[], wanted: Check['status']): string {
  return checks
    .filter(({ status }) => status === wanted)
    .map(({ name }) => name)
    .join(', ')
}
