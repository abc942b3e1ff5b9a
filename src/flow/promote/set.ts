import { FlyopsError } from '../../errors.js'
import { readAppAssignment } from '../../fly-toml/assignments.js'
import type { PromoteInput } from './input.js'

/** What the caller sets in the toml of an app; what is of that app alone comes after what is of all. */
export function setOf({ set = [] }: PromoteInput, app: string): readonly string[] | undefined {
  const read = set.map(readAppAssignment)
  const own = (name: string | undefined) =>
    read.filter((each) => each.app === name).map(({ text }) => text)
  const all = [...own(undefined), ...own(app)]
  return all.length === 0 ? undefined : all
}

/** Raises `invalid_input` where something is set for an app that takes no part. */
export function checkSet({ set = [], apps }: PromoteInput): void {
  const stranger = set
    .map(readAppAssignment)
    .find(({ app }) => app !== undefined && !apps.includes(app))
  if (stranger === undefined) return
  const message = `set: ${stranger.app} is none of the apps that the image goes to.`
  throw new FlyopsError('invalid_input', 'preflight', message, {
    remedy: 'Name an app of `apps` before the colon, or leave it out for all of them.',
  })
}

/** What is left of it for a call about fewer apps. */
export function setAmong({ set }: Pick<PromoteInput, 'set'>, apps: readonly string[]) {
  const left = set?.filter((text) => {
    const { app } = readAppAssignment(text)
    return app === undefined || apps.includes(app)
  })
  return left?.length === 0 ? undefined : left
}
