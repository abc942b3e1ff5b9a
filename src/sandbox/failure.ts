import { z } from 'zod'
import { errorCodes } from '../error-codes.js'
import { FlyopsError } from '../errors.js'
import { readJson, type StateFiles, writeJson } from './state-folder.js'

const form = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  remedy: z.string().optional(),
  evidence: z.string().optional(),
})

/** Leaves a failure for the process that waits for the sandbox. */
export async function writeFailure({ failure }: StateFiles, error: unknown): Promise<void> {
  const { code, message, remedy, evidence } =
    error instanceof FlyopsError
      ? error
      : { code: 'internal', message: String(error), remedy: undefined, evidence: undefined }
  await writeJson(failure, { code, message, remedy, evidence })
}

/** The failure as an error again; undefined where there was none. */
export async function readFailure({ failure }: StateFiles): Promise<FlyopsError | undefined> {
  const found = await readJson(failure, form)
  if (found === undefined) return undefined
  const { code, message, remedy, evidence } = found
  return new FlyopsError(code, 'sandbox', message, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(evidence === undefined ? {} : { evidence }),
  })
}
