import { z } from 'zod'
import { durationMs, durationPattern, longestWaitMs } from '../durations.js'
import { maxUrlPathChars, urlPathPattern } from '../health/url-path.js'
import { appNameForm, appNamePattern } from './app-name.js'

// Parameters and result fields that several tools share, so that one thing has one name.

/** Of a field that is taken and not told in tools/list: few say it, or it is an older name. */
export const untold = { advertised: false } as const

/** Fields that name an app, or an image, which belongs to one: the scopes of callers are about them. */
export const naming = z.registry<{ readonly names: 'app' | 'image' }>()

export const app = z
  .string()
  .regex(appNamePattern, appNameForm)
  .describe('Fly app name')
  .register(naming, { names: 'app' })

export const orgSlug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be an organization slug')

export const image = z
  .string()
  .max(512)
  .describe('Image by tag or digest, e.g. registry.fly.io/my-app:1a2b3c4')
  .register(naming, { names: 'image' })

/** Of a plan. */
export const details = z.boolean().default(false).describe('Plan with toml and command')

export const context = z
  .string()
  .max(4096)
  .default('.')
  .describe('Folder with Dockerfile and fly.toml')

export const duration = z
  .string()
  .regex(durationPattern, 'must be a duration such as 500ms, 30s, 5m or 1h')
  .refine((text) => (durationMs(text) ?? 0) <= longestWaitMs, 'must be at most 24h')

/** A path of the app itself, never another host's. */
export const urlPath = z
  .string()
  .max(maxUrlPathChars)
  .regex(urlPathPattern, 'must be an absolute URL path such as /info, with one slash first')

export const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable')

export const port = z.number().int().min(1).max(65_535)

export const memory = z.string().regex(/^\d{3,6}(mb)?$|^\d{1,3}gb$/, 'must be like 512mb or 1gb')

/** A value of a variable, as a file with one variable a line can hold it. */
export const oneLine = z
  .string()
  .max(32_768)
  .regex(/^[^\r\n\0]*$/, 'must be one line')

export const next = z
  .array(
    z.object({
      tool: z.string(),
      arguments: z.record(z.string(), z.unknown()),
      why: z.string(),
    }),
  )
  .max(3)

export const warnings = z.array(
  z.object({ code: z.string(), cosmetic: z.boolean(), text: z.string() }),
)

export const status = z.literal('done')

export const waitSeconds = z
  .number()
  .int()
  .min(0)
  .max(3600)
  .optional()
  .describe('Seconds to wait for the end, default 45; then a job_id')

/** How long a call waits. */
export function waitMs(
  waitSeconds: number | undefined,
  preset: { readonly waitMs: number },
): number {
  return waitSeconds === undefined ? preset.waitMs : waitSeconds * 1000
}

export const jobId = z
  .string()
  .regex(/^([0-9a-f]{16}){1,2}$/, 'must be a job_id that a tool returned')
  .describe('Id that a running tool answered')

export const count = z.number().int().min(0)
