/** What the commit and the work tree say about a build context. */
export interface SourceState {
  /** Absolute path of the repository's top folder. */
  readonly root: string
  /** Full SHA of HEAD. */
  readonly commit: string
  /** `git rev-parse --short HEAD`. */
  readonly shortCommit: string
  /** The commit's date, ISO 8601 in UTC. */
  readonly committedAt: string
  /** URL of the remote `origin` without credentials. */
  readonly sourceUrl: string | undefined
  /** Changed and untracked paths that lie in the context, relative to it, sorted. */
  readonly dirtyPaths: readonly string[]
  /** 8 hex digits of the content of those paths; undefined where there are none. */
  readonly dirtyDigest: string | undefined
  /** Git-ignored paths that enter the image all the same, `.env` first; folders end in `/`. */
  readonly ignoredPaths: readonly string[]
  /** Configurations that flyops wrote, relative to the context: no part of the commit's content. */
  readonly writtenConfigs: readonly string[]
}

export interface DescribeOptions {
  /** Absolute path of the build context. */
  readonly context: string
  /** Absolute path of the Dockerfile, which counts wherever it lies. */
  readonly dockerfile: string
  /** Whether a path relative to the context, with `/`, is sent to the builder. */
  readonly isSent: (path: string) => boolean
}

export interface Git {
  /** Raises `not_a_git_repo` and `no_commits`. */
  describe(options: DescribeOptions): Promise<SourceState>
}
