import { z } from 'zod'
import * as fields from '../fields.js'

/** What doctor takes. */
export const doctorInput = z.strictObject({
  context: fields.context.describe('Folder with the Dockerfile'),
})

export type DoctorInput = z.output<typeof doctorInput>
