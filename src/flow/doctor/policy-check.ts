import { type Check, ok, warning } from './check.js'

/** Only where flyops has a policy file. */
export const policyCheck: Check = {
  name: 'policy',
  fixWhenSlow: 'Call doctor again.',
  async run({ rules }) {
    const review = rules?.review()
    if (review === undefined) return ok('no policy file')
    const detail = `rules: ${review.rules}; freezes that hold: ${review.freezes}`
    if (review.doubts.length === 0) return ok(detail)
    const fix =
      'Leave those tools out of the rule; where nobody is to deploy without approval, give it who = ["*"].'
    return warning([`${detail}.`, ...review.doubts].join(' '), fix)
  },
}
