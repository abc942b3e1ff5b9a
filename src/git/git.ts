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
  /** Those of the dirty paths that a filter converts which only the repository names: it was not run. */
  readonly unfilteredPaths: readonly string[]
  /** Git-ignored paths that enter the image all the same, `.env` first; folders end in `/`. */
  readonly ignoredPaths: readonly string[]
  /** Files that are sent, relative to the context, which are pointers of Git LFS to their content. */
  readonly lfsPointers: readonly string[]
  /** The fly*.toml files of apps, relative to the context: no part of the image's content. */
  readonly deployConfigs: readonly string[]
  /** Hex digest of what the commit itself gives the builder; the same in every commit that gives the same. */
  readonly contentDigest: string
}

export interface DescribeOptions {
  /** Absolute path of the build context. */
  readonly context: string
  /** Absolute path of the Dockerfile, which counts wherever it lies. */
  readonly dockerfile: string
  /** Whether a path relative to the context, with `/`, is sent to the builder. */
  readonly isSent: (path: string) => boolean
  /** Whether the image is to have a fly.toml: then of these files only fly-<app>.toml is no content. */
  readonly needsToml?: boolean
  /** Aborting it ends git. */
  readonly signal?: AbortSignal
}

/** A commit of the local repository. */
export interface LocalSource {
  /** Absolute path of a folder in its work tree. */
  readonly folder: string
  /** Branch, tag or commit, also with `~1` or `^` behind it. */
  readonly ref: string
}

/** A commit of a repository elsewhere. */
export interface RemoteSource {
  /** Without credentials. */
  readonly url: string
  /** Branch, tag or full commit. */
  readonly ref: string
  readonly token: string | undefined
}

export interface CheckoutLimits {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** A private work tree of one commit, in a folder of its own. */
export interface Checkout {
  /** Absolute path of its top folder. */
  readonly root: string
  /** The local source's folder as seen from the top, with `/`; empty for the top itself. */
  readonly folder: string
  remove(): Promise<void>
}

export interface Git {
  /** Raises `invalid_input` for an unknown ref, with the newest commits as evidence, and what `checkOutRemote` raises. */
  checkOutLocal(source: LocalSource, limits: CheckoutLimits): Promise<Checkout>
  /** Raises `source_unavailable`, `timed_out` and `cancelled`. */
  checkOutRemote(source: RemoteSource, limits: CheckoutLimits): Promise<Checkout>
  /** Raises `not_a_git_repo` and `no_commits`. */
  describe(options: DescribeOptions): Promise<SourceState>
}
