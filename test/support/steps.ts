/** What a plan or a result of ship says of each step: "skipped: the app is there". */
export type ShownSteps = Readonly<Record<string, string>>

/** "done", "skipped" or "planned", step by step. */
export function statusesOf(steps: ShownSteps): readonly string[] {
  return Object.values(steps).map((text) => /^\w+/.exec(text)?.[0] ?? text)
}

/** The steps of that status, in the order of the flow. */
export function stepsThat(status: string, steps: ShownSteps): readonly string[] {
  return Object.keys(steps).filter((_step, index) => statusesOf(steps)[index] === status)
}
