/** Who must act: the tool's caller alone, the caller after asking, or a person outside of the chat. */
export type Actor = 'tool' | 'ask' | 'human'

interface CodeFacts {
  readonly who: Actor
  /** How a verb of the command line ends. */
  readonly exit: 'failed' | 'refused' | 'needsHuman'
  /** It says where it failed, but not why. */
  readonly opaque?: true
  readonly meaning: string
}

/** Every way in which flyops fails; closed, so that a caller can switch on the code. */
export const errorTable = {
  invalid_input: {
    who: 'tool',
    exit: 'refused',
    meaning: 'An argument is wrong; nothing was started.',
  },
  root_unset: {
    who: 'human',
    exit: 'refused',
    meaning: 'flyops has no project folder for a relative path, or it is not there.',
  },
  not_a_git_repo: {
    who: 'ask',
    exit: 'failed',
    meaning: 'The build context is in no git repository.',
  },
  no_commits: { who: 'ask', exit: 'failed', meaning: 'The repository has no commit yet.' },
  git_missing: { who: 'human', exit: 'needsHuman', meaning: 'git was not found.' },
  source_unavailable: {
    who: 'tool',
    exit: 'failed',
    meaning: 'The commit that was asked for could not be fetched.',
  },
  docker_missing: { who: 'human', exit: 'needsHuman', meaning: 'docker was not found.' },
  docker_daemon_down: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'No Docker engine, buildkitd or remote builder answers.',
  },
  buildx_missing: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'The Dockerfile or the settings need BuildKit, and this docker has no buildx.',
  },
  dockerfile_missing: {
    who: 'tool',
    exit: 'failed',
    meaning: 'There is no Dockerfile where the build looks for it.',
  },
  build_failed: {
    who: 'tool',
    exit: 'failed',
    opaque: true,
    meaning: 'The build of the image failed.',
  },
  image_not_local: {
    who: 'tool',
    exit: 'failed',
    meaning: 'No local engine has the image.',
  },
  not_authenticated: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'Fly.io, or its registry, does not accept the login.',
  },
  test_failed: {
    who: 'tool',
    exit: 'failed',
    opaque: true,
    meaning: 'The image does not answer as it should on this machine.',
  },
  push_refused: {
    who: 'tool',
    exit: 'failed',
    opaque: true,
    meaning: 'The registry did not take the image.',
  },
  tag_moved: {
    who: 'ask',
    exit: 'refused',
    meaning: 'The commit tag names other content in the registry.',
  },
  name_taken: {
    who: 'ask',
    exit: 'refused',
    meaning: 'The app name is taken, perhaps by somebody else.',
  },
  org_required: {
    who: 'ask',
    exit: 'needsHuman',
    meaning: 'The login has several organizations, and none was chosen.',
  },
  unknown_org: {
    who: 'ask',
    exit: 'failed',
    meaning: 'There is no such organization, or the login may not see it.',
  },
  app_not_found: {
    who: 'tool',
    exit: 'failed',
    meaning: 'There is no such app, or the login may not see it.',
  },
  config_invalid: {
    who: 'tool',
    exit: 'refused',
    meaning: 'The toml cannot be read or written, or flyctl refuses it.',
  },
  secret_missing: {
    who: 'tool',
    exit: 'failed',
    meaning: 'The app lacks a secret that it is said to need.',
  },
  image_not_found: {
    who: 'tool',
    exit: 'failed',
    meaning: 'The Fly registry does not have the image.',
  },
  release_not_found: {
    who: 'tool',
    exit: 'failed',
    meaning: 'The app has no such release to return to.',
  },
  other_organization: {
    who: 'tool',
    exit: 'failed',
    meaning: 'The image belongs to an organization whose images the app may not use.',
  },
  deploy_failed: {
    who: 'tool',
    exit: 'failed',
    opaque: true,
    meaning: 'flyctl failed before any machine had the new release.',
  },
  deploy_in_progress: {
    who: 'tool',
    exit: 'failed',
    meaning: 'Somebody else deploys this app at this moment.',
  },
  plan_stale: {
    who: 'tool',
    exit: 'refused',
    meaning: 'What the plan was made of has changed since; nothing was done.',
  },
  approval_needed: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'A rule wants somebody else to approve of this plan first; nothing was done.',
  },
  unhealthy: {
    who: 'tool',
    exit: 'failed',
    opaque: true,
    meaning: 'The release is deployed, and the evidence says that it does not work.',
  },
  busy: {
    who: 'tool',
    exit: 'failed',
    meaning: 'As much runs already as this caller, or this flyops, may have at once.',
  },
  journal_unreadable: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'What flyops did before cannot be read.',
  },
  database_unavailable: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'The database that several instances of flyops share cannot be used.',
  },
  instance_lost: {
    who: 'tool',
    exit: 'failed',
    meaning: 'The instance of flyops that did the work is gone; what runs tells how that ended.',
  },
  job_not_found: { who: 'tool', exit: 'failed', meaning: 'There is no such job of this caller.' },
  not_confirmed: {
    who: 'ask',
    exit: 'refused',
    meaning: 'A person has not confirmed what cannot be undone.',
  },
  forbidden: {
    who: 'human',
    exit: 'failed',
    meaning: 'The token of this caller does not allow the call.',
  },
  refused: {
    who: 'human',
    exit: 'refused',
    meaning: 'This flyops was started so that it does not do that, for any caller.',
  },
  timed_out: { who: 'tool', exit: 'failed', meaning: 'It took longer than its limit.' },
  cancelled: { who: 'tool', exit: 'failed', meaning: 'It was stopped before its end.' },
  flyctl_missing: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'flyctl was not found, or cannot be started.',
  },
  flyctl_too_old: {
    who: 'human',
    exit: 'needsHuman',
    meaning: 'This flyctl does not know an option that flyops uses.',
  },
  unknown_failure: {
    who: 'tool',
    exit: 'failed',
    opaque: true,
    meaning: 'A program failed in a way that flyops does not know; the evidence says how.',
  },
  internal: { who: 'tool', exit: 'failed', meaning: 'A fault of flyops itself.' },
} as const satisfies Readonly<Record<string, CodeFacts>>

export type ErrorCode = keyof typeof errorTable

export const errorCodes = Object.keys(errorTable) as readonly ErrorCode[]

/** What is known of a code. */
export function factsOf(code: ErrorCode): CodeFacts {
  return errorTable[code]
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorTable, text)
}
