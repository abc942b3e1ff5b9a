/** Apps that are deployed, and stay so. */
export const apps = ['soak-one', 'soak-two']

/** Names of apps that calls create and destroy. */
export const passing = /^soak-passing-/

/**
 * What callers ask for, how often, and with what: most of it cheap, for it is the number of calls that
 * leaks show in. `image` is one that was built and pushed.
 */
export function kindsOf(image) {
  const [app, other] = apps
  const passingApp = () => ({ app: `soak-passing-${Math.floor(Math.random() * 4)}` })
  const kinds = [
    [20, 'create_app', { app: 'Not Legal' }],
    [12, 'get_job', { job_id: '0123456789abcdef', wait_seconds: 0 }],
    [6, 'cancel_job', { job_id: '0123456789abcdef' }],
    [6, 'build_image', { app, context: '../..' }],
    [10, 'check_health', { app }],
    [8, 'list_releases', { app }],
    [5, 'list_apps', {}],
    [5, 'list_images', { limit: 3 }],
    [4, 'get_logs', { app }],
    [3, 'destroy_app', { app }],
    [3, 'deploy_image', { app, image, dry_run: true }],
    [3, 'ship', { app, plan_only: true }],
    [2, 'doctor', {}],
    [4, 'set_secrets', { app, names: ['SOAK'], from: 'file', file: 'soak.env', stage: true }],
    [8, 'build_image', { app }],
    [4, 'build_image', { app, ref: 'HEAD' }],
    [2, 'build_image', { app, dockerfile: 'Failing' }],
    [5, 'test_image', { image }],
    [4, 'push_image', { image }],
    [2, 'create_app', passingApp],
    [2, 'destroy_app', () => ({ ...passingApp(), confirm: passingApp().app })],
    [1, 'deploy_image', { app: other, image }],
    [1, 'ship', { app, skip_test: true }],
    [1, 'rollback', { app: other }],
    [1, 'promote_image', { image, apps: [other] }],
  ]
  return kinds.map(([weight, name, args]) => ({ weight, name, args }))
}

/** What becomes of a call: nothing, its caller cancels it, or one of its programs is killed. */
export const fates = [
  { weight: 7, fate: 'left alone' },
  { weight: 2, fate: 'cancelled' },
  { weight: 1, fate: 'program killed' },
]

export function choose(weighted, random) {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
  let at = random() * total
  return weighted.find(({ weight }) => {
    at -= weight
    return at < 0
  })
}

/** The same numbers for the same seed (mulberry32). */
export function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
