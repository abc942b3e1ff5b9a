import type { Warning } from '../../errors.js'
import { withoutHeader } from '../../fly-toml/header.js'
import type { ToolContext } from '../context.js'
import { type PlannedConfig, validateConfig } from '../plan/config.js'

/** What flyctl says of a toml. Raises `config_invalid`. */
export type Validate = (config: PlannedConfig) => Promise<readonly Warning[]>

/** Asks flyctl once of tomls that differ in the app's name alone: each time it is a process. */
export function validatingOnce(context: ToolContext): Validate {
  const asked = new Map<string, Promise<readonly Warning[]>>()
  return (config) => {
    const text = withoutHeader(config.composed.text).replace(/^app\b.*$/m, '')
    const key = JSON.stringify([config.folder, config.warnings, text])
    const known = asked.get(key)
    // An error names its own file.
    if (known !== undefined) return known.catch(() => validateConfig(config, context))
    const asking = validateConfig(config, context)
    asked.set(key, asking)
    return asking
  }
}
