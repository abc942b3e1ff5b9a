import { messageOf } from '../program/failure.js'
import type { AppConfig, Mount } from '../shapes/app-config.js'
import { type Finding, fatal } from './finding.js'
import { parseGigabytes } from './sizes.js'

export function validateMounts({ mounts = [] }: AppConfig): readonly Finding[] {
  return mounts.flatMap((mount) => [
    ...validateSize(mount, 'initial_size', 'an initial_size'),
    ...validateRetention(mount),
    ...validateSize(mount, 'auto_extend_size_increment', 'an auto_extend_size_increment'),
    ...validateSize(mount, 'auto_extend_size_limit', 'an auto_extend_size_limit'),
    ...validateExtension(mount),
  ])
}

type SizeKey = 'initial_size' | 'auto_extend_size_increment' | 'auto_extend_size_limit'

function validateSize(mount: Mount, key: SizeKey, named: string): readonly Finding[] {
  const size = mount[key]
  if (!size) return []
  try {
    if (parseGigabytes(size) >= 1) return []
    const text = `mount '${mount.source}' has ${named} '${size}' value which is smaller than 1GB\n`
    return [fatal(text)]
  } catch (error) {
    const text = `mount '${mount.source}' with ${key} '${size}' will fail because of: ${messageOf(error)}\n`
    return [fatal(text)]
  }
}

function validateRetention({ source, snapshot_retention: days }: Mount): readonly Finding[] {
  if (days === undefined || (days >= 1 && days <= 60)) return []
  return [
    fatal(
      `mount '${source}' has a snapshot_retention value which is not between 1 and 60 days inclusive\n`,
    ),
  ]
}

function validateExtension(mount: Mount): readonly Finding[] {
  const { source, auto_extend_size_threshold: threshold = 0 } = mount
  const increment = gigabytes(mount.auto_extend_size_increment)
  const limit = gigabytes(mount.auto_extend_size_limit)
  if (threshold === 0 && increment === 0 && limit === 0) return []
  const findings: Finding[] = []
  const add = (text: string) => findings.push(fatal(`mount '${source}' ${text}\n`))
  if (threshold !== 0 && increment === 0 && limit === 0)
    add(
      'auto_extend_size_threshold, auto_extend_size_increment and auto_extend_size_limit must be all defined or none',
    )
  if (threshold < 50 || threshold > 99) add('auto_extend_size_threshold must be between 50 and 99')
  if (increment < 1 || increment > 100)
    add('auto_extend_size_increment must be between 1GB and 100GB')
  if (limit !== 0 && (limit < 1 || limit > 500))
    add('auto_extend_size_limit must be between 1GB and 500GB')
  return findings
}

function gigabytes(size: string | undefined): number {
  try {
    return size ? parseGigabytes(size) : 0
  } catch {
    return 0
  }
}
