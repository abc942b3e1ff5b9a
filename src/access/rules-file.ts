import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import { tryToml } from '../fly-toml/parse.js'
import { namePattern } from './caller.js'
import { toolsOf } from './policy.js'
import type { Rules } from './rules.js'

const names = z.array(z.string().regex(namePattern, 'must be a name; * stands for any text')).min(1)
const groupPattern = /^[\w.-]{1,64}$/
const whom = z.string().min(1).max(512)
const people = z.array(whom).min(1)
const atLeastOne = z.number().int().min(1)

const ruleForm = z
  .strictObject({
    name: z.string().min(1).max(100),
    who: people,
    tools: names.default(['*']),
    apps: names.default(['*']),
    orgs: z.array(z.string()).min(1).optional(),
    regions: z.array(z.string()).min(1).optional(),
    max_machines: atLeastOne.optional(),
    max_memory_mb: atLeastOne.optional(),
    max_monthly_usd: z.number().positive().optional(),
    approval: z.union([whom.transform((one) => [one]), people]).optional(),
  })
  .transform(({ tools, max_machines, max_memory_mb, max_monthly_usd, ...rule }) => ({
    ...rule,
    tools: tools.flatMap(toolsOf),
    maxMachines: max_machines,
    maxMemoryMb: max_memory_mb,
    maxMonthlyDollars: max_monthly_usd,
  }))

const freezeForm = z.strictObject({
  apps: names.default(['*']),
  until: z
    .date('must be a time such as 2027-01-31T08:00:00Z')
    // Times of TOML write themselves as they were read.
    .refine((time) => /(?:Z|[+-]\d\d:\d\d)$/.test(time.toISOString()), 'must have a time zone'),
  reason: z.string().min(1).max(200),
})

const fileForm = z
  .strictObject({
    groups: z.record(z.string().regex(groupPattern, 'must be a plain name'), people).default({}),
    rule: z.array(ruleForm).max(500).default([]),
    freeze: z.array(freezeForm).max(100).default([]),
  })
  .superRefine(({ groups, rule }, { addIssue }) => {
    for (const name of rule.flatMap(({ who, approval = [] }) => [...who, ...approval])) {
      if (name.startsWith('group:') && !Object.hasOwn(groups, name.slice('group:'.length)))
        addIssue({ code: 'custom', message: `there is no ${name} under [groups]` })
    }
  })

/**
 * A policy file, read again whenever it has changed, so that a change holds from the next call on. Raises `refused`,
 * then as at each call, where the file cannot be read or says what it cannot mean: nothing is allowed by mistake.
 */
export function openRules(file: string): () => Rules {
  let kept: { readonly stamp: string; readonly rules: Rules } | undefined
  const read = () => {
    const stamp = stampOf(file)
    if (kept?.stamp !== stamp) kept = { stamp, rules: readRules(file) }
    return kept.rules
  }
  read()
  return read
}

function stampOf(file: string): string {
  try {
    const { mtimeNs, size, ino } = statSync(file, { bigint: true })
    return `${mtimeNs} ${size} ${ino}`
  } catch (cause) {
    throw unusable(file, 'it cannot be read', cause)
  }
}

function readRules(file: string): Rules {
  const parsed = fileForm.safeParse(readToml(file))
  if (!parsed.success) {
    throw unusable(file, z.prettifyError(parsed.error).replaceAll(/\s+/g, ' '))
  }
  const { groups, rule: rules, freeze: freezes } = parsed.data
  return { groups, rules, freezes }
}

function readToml(file: string): unknown {
  const read = tryToml(readText(file))
  if ('fault' in read) throw unusable(file, read.fault)
  return read.tables
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw unusable(file, 'it cannot be read', cause)
  }
}

function unusable(file: string, reason: string, cause?: unknown): FlyopsError {
  return new FlyopsError('refused', 'settings', `The policy file ${file}: ${reason}.`, {
    remedy: 'Mend the file; until then nothing that it is about is allowed.',
    cause,
  })
}
