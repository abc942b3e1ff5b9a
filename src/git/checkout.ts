import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlyopsError, hasCode } from '../errors.js'
import type { Run } from '../process/command.js'
import { createPrivateFolder } from '../process/private-folders.js'
import type { FoundProgram } from '../process/programs.js'
import { createRunGit } from './command.js'
import { type Environment, gitEnvironment } from './environment.js'
import { cancelled, explain, gitMissing } from './failures.js'
import type { Checkout, CheckoutLimits, LocalSource, RemoteSource } from './git.js'
import { type Opening, openRepository } from './open-repository.js'
import { pathFrom } from './place.js'
import { readNewestCommits, readShortCommit, sourceUrl } from './revision.js'

interface Wanted {
  readonly url: string
  /** What people know it as. */
  readonly name: string
  readonly ref: string
  /** What the work tree's configuration says of itself. */
  readonly config: Readonly<Record<string, string>>
}

export interface GitParts {
  readonly env: Environment
  readonly run: Run
  /** Finds git. */
  readonly find: () => Promise<FoundProgram>
}

/** How the commit comes, and what of the user's configuration counts for its files. */
interface Way extends GitParts {
  /** Protocols that the fetch may use. */
  readonly protocols: string
  /** Configuration for the fetch alone. */
  readonly login: Readonly<Record<string, string>>
  /** Variables for the checkout alone. */
  readonly isolation: Environment
}

/** Checks a commit of the repository out that `folder` lies in; that repository stays as it is. */
export async function checkOutLocal(
  parts: GitParts,
  { folder, ref }: LocalSource,
  limits: CheckoutLimits,
): Promise<Checkout> {
  const opening = { folder, ref, signal: limits.signal }
  const repository = await openRepository(parts.env, opening).catch(async (error: unknown) => {
    if (!hasCode(error, 'no_commits')) throw error
    throw noSuchRef(ref, await newestCommits(parts.env, { ...opening, ref: 'HEAD' }), error)
  })
  try {
    const config = {
      'remote.origin.url': sourceUrl(repository) ?? '',
      // How many digits make a short commit depends on all objects, of which most are left out.
      'core.abbrev': String((await readShortCommit(repository)).length),
    }
    const wanted = {
      url: pathToFileURL(repository.gitDir).href,
      name: repository.root,
      ref: repository.commit,
      config,
    }
    const way = { ...parts, protocols: 'file', login: {}, isolation: {} }
    const checkout = await checkOut(way, wanted, limits)
    return { ...checkout, folder: pathFrom(repository.root, await realpath(folder)) }
  } finally {
    await repository.close()
  }
}

/** A redirect could lead to a host that nobody allowed. */
function remoteConfig(url: string) {
  return { 'remote.origin.url': url, 'http.followRedirects': 'false' }
}

/**
 * Filters of the user's own, such as LFS, would ask hosts that the commit's files name, and nobody allowed.
 */
const withoutFilters = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }

/** Fetches a commit of a repository elsewhere, without its history. */
export function checkOutRemote(
  parts: GitParts,
  { url, ref, token }: RemoteSource,
  limits: CheckoutLimits,
): Promise<Checkout> {
  const login = loginFor(url, token)
  const way = { ...parts, protocols: 'https:http', login, isolation: withoutFilters }
  return checkOut(way, { url, name: url, ref, config: remoteConfig(url) }, limits)
}

async function checkOut(way: Way, wanted: Wanted, limits: CheckoutLimits): Promise<Checkout> {
  const { path: root, remove } = await createPrivateFolder('source')
  const guard = guardFolder(root, limits)
  const git = createRunGit({ ...way.env, ...way.isolation }, { signal: guard.signal })
  try {
    await git(root, ['init', '--quiet'])
    for (const [name, value] of Object.entries(wanted.config))
      await git(root, ['config', name, value])
    await fetchCommit(way, root, wanted, guard.signal)
    await guard.checkSize()
    await git(root, [
      'checkout',
      '--quiet',
      '--detach',
      '--no-recurse-submodules',
      'FETCH_HEAD',
      '--',
    ])
    await guard.checkSize()
    return { root, folder: '', remove }
  } catch (error) {
    await remove()
    throw guard.reason() ?? notFetched(wanted, error)
  } finally {
    guard.end()
  }
}

/** Through the runner, which ends git's helpers too: git itself waits for them. */
async function fetchCommit(
  { env, protocols, login, run, find }: Way,
  root: string,
  { url, name, ref }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const { program } = await find()
  if (program === undefined) throw gitMissing()
  const args = [
    'fetch',
    '--quiet',
    '--depth=1',
    '--no-tags',
    '--no-recurse-submodules',
    '--',
    url,
    ref,
  ]
  const variables = { ...gitEnvironment(env, login), GIT_ALLOW_PROTOCOL: protocols }
  const { outcome, stderr } = await run({ program, args, env: variables, cwd: root }, { signal })
  if (outcome !== 'ok') throw explain(new Error(stderr), name)
}

/** Aborts its signal when the folder holds more, or takes longer, than it may. */
function guardFolder(folder: string, { signal, timeoutMs, maxBytes }: CheckoutLimits) {
  const stopping = new AbortController()
  const timer = setTimeout(() => stopping.abort(tookTooLong(timeoutMs)), timeoutMs)
  const watch = setInterval(async () => {
    if ((await sizeOf(folder)) > maxBytes) stopping.abort(tooLarge(maxBytes))
  }, 250)
  return {
    signal: AbortSignal.any([signal, stopping.signal]),
    reason: (): unknown =>
      signal.aborted ? cancelled('build', 'fetching the source') : stopping.signal.reason,
    /** What arrived between two looks counts too. */
    async checkSize() {
      if ((await sizeOf(folder)) > maxBytes) throw tooLarge(maxBytes)
    },
    end() {
      clearTimeout(timer)
      clearInterval(watch)
    },
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  const sizes = files.map(async ({ parentPath, name }) => {
    return (await stat(join(parentPath, name)).catch(() => undefined))?.size ?? 0
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** git reads it as configuration out of its environment: no argument and no file holds the token. */
function loginFor(url: string, token: string | undefined): Record<string, string> {
  if (token === undefined) return {}
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return { [`http.${new URL(url).origin}/.extraHeader`]: `Authorization: Basic ${basic}` }
}

/** One a line. */
async function newestCommits(env: Environment, opening: Opening): Promise<string> {
  const repository = await openRepository(env, opening)
  try {
    return await readNewestCommits(repository)
  } finally {
    await repository.close()
  }
}

function noSuchRef(ref: string, evidence: string, cause: unknown): FlyopsError {
  return new FlyopsError('invalid_input', 'build', `ref: the repository has no commit ${ref}.`, {
    remedy: 'Give a branch, a tag or a commit, such as one of the newest, which `evidence` lists.',
    evidence,
    cause,
  })
}

function notFetched({ name, ref }: Wanted, error: unknown): unknown {
  if (!hasCode(error, 'unknown_failure')) return error
  return error.with({
    code: 'source_unavailable',
    stage: 'build',
    message: `${ref} of ${name} could not be fetched.`,
    remedy: 'Correct the URL or the ref; for a private repository set FLYOPS_GIT_TOKEN.',
  })
}

function tooLarge(maxBytes: number): FlyopsError {
  const message = `The repository is larger than ${Math.round(maxBytes / 1e6)} MB.`
  return new FlyopsError('source_unavailable', 'build', message, {
    remedy: 'Raise FLYOPS_SOURCE_MAX_MB, or build where the repository is.',
  })
}

function tookTooLong(timeoutMs: number): FlyopsError {
  const message = `The repository could not be fetched within ${timeoutMs / 1000} s.`
  return new FlyopsError('timed_out', 'build', message, { retry: 'once' })
}
