/** How much of an app a caller may deploy, as one rule of this flyops says. */
export interface AppBounds {
  /** The rule's name. */
  readonly name: string
  readonly orgs?: readonly string[] | undefined
  readonly regions?: readonly string[] | undefined
  readonly maxMachines?: number | undefined
  readonly maxMemoryMb?: number | undefined
  /** US dollars, with every machine running. */
  readonly maxMonthlyDollars?: number | undefined
  /** Who must approve of a plan: names of owners and groups. */
  readonly approval?: readonly string[] | undefined
}

/** What a policy file says, and what of it its author may not have meant. */
export interface RulesReview {
  readonly rules: number
  /** Those whose time is not over. */
  readonly freezes: number
  /** A sentence each. */
  readonly doubts: readonly string[]
}

/** The rules of this flyops, as they are about one caller and one tool. */
export interface CallerRules {
  /** Undefined where none allows the tool on that app. */
  boundsOf(app: string): AppBounds | undefined
  /** Whether the caller is meant by names of owners and groups. */
  isAmong(who: readonly string[]): boolean
  review(): RulesReview
}
