/** The one organization and the one user of a sandbox. */
export const organization = {
  id: 'sandbox-org-1',
  internalNumericId: 1,
  slug: 'personal',
  rawSlug: 'personal',
  name: 'Sandbox',
  type: 'PERSONAL',
  paidPlan: false,
  billable: true,
  viewerRole: 'admin',
} as const

export const user = {
  id: 'sandbox-user-1',
  email: 'sandbox@localhost',
  name: 'Sandbox',
  enablePaidHobby: true,
} as const
