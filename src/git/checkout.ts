import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlyopsError, hasCode } from '../errors.js'
import type { Run } from '../process/command.js'
import { createPrivateFolder } from '../process/private-folders.js'
import type { FoundProgram } from '../process/programs.js'
import { createRunGit } from './command.js'
import { gitEnvironment } from './environment.js'
import { explain, gitMissing } from './failures.js'
import type { Checkout, CheckoutLimits, LocalSource, RemoteSource } from './git.js'
import { pathFrom } from './place.js'
import { readRoot, readSourceUrl } from './revision.js'

interface Wanted {
  readonly url: string
  readonly ref: string
  /** What the work tree's configuration says of itself. */
  readonly config: Readonly<Record<string, string>>
}

type Environment = Readonly<Record<string, string | undefined>>

export interface GitParts {
  readonly env: Environment
  readonly run: Run
  /** Finds git. */
  readonly find: () => Promise<FoundProgram>
}

interface CheckoutEnvironment extends GitParts {
  /** Variables for the fetch alone. */
  readonly more: Readonly<Record<string, string>>
}

/** Checks a commit of the repository out that `folder` lies in; that repository stays as it is. */
export async function checkOutLocal(
  parts: GitParts,
  { folder, ref }: LocalSource,
  limits: CheckoutLimits,
): Promise<Checkout> {
  const git = createRunGit(parts.env)
  const root = await readRoot(git, folder)
  const revision = ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`]
  const commit = await git(root, revision).catch((error: unknown) => {
    throw noSuchRef(ref, error)
  })
  const short = await git(root, ['rev-parse', '--short', commit.trim()])
  const config = {
    'remote.origin.url': (await readSourceUrl(git, root)) ?? '',
    // How many digits make a short commit depends on all objects, of which most are left out.
    'core.abbrev': String(short.trim().length),
  }
  const wanted = { url: pathToFileURL(root).href, ref: commit.trim(), config }
  const checkout = await checkOut(
    { ...parts, more: { GIT_ALLOW_PROTOCOL: 'file' } },
    wanted,
    limits,
  )
  return { ...checkout, folder: pathFrom(root, await realpath(folder)) }
}

/** A redirect could lead to a host that nobody allowed. */
function remoteConfig(url: string) {
  return { 'remote.origin.url': url, 'http.followRedirects': 'false' }
}

/** Fetches a commit of a repository elsewhere, without its history. */
export function checkOutRemote(
  parts: GitParts,
  { url, ref, token }: RemoteSource,
  limits: CheckoutLimits,
): Promise<Checkout> {
  const more = { GIT_ALLOW_PROTOCOL: 'https:http', ...loginFor(url, token) }
  return checkOut({ ...parts, more }, { url, ref, config: remoteConfig(url) }, limits)
}

async function checkOut(env: CheckoutEnvironment, wanted: Wanted, limits: CheckoutLimits) {
  const { path: root, remove } = await createPrivateFolder('source')
  const guard = guardFolder(root, limits)
  const git = createRunGit(env.env, { signal: guard.signal })
  // Hooks of the user's own do not know this work tree.
  const settings = { ...wanted.config, 'core.hooksPath': '/dev/null' }
  try {
    await git(root, ['init', '--quiet'])
    for (const [name, value] of Object.entries(settings)) await git(root, ['config', name, value])
    await fetchCommit(env, root, wanted, guard.signal)
    await git(root, ['checkout', '--quiet', '--detach', 'FETCH_HEAD', '--'])
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
  { env, more, run, find }: CheckoutEnvironment,
  root: string,
  { url, ref }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const { program } = await find()
  if (program === undefined) throw gitMissing()
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, ref]
  const command = { program, args, env: { ...gitEnvironment(env), ...more }, cwd: root }
  const { outcome, stderr } = await run(command, { signal })
  if (outcome !== 'ok') throw explain(new Error(stderr), root)
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
    reason: (): unknown => (signal.aborted ? cancelled() : stopping.signal.reason),
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
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  }
}

function noSuchRef(ref: string, cause: unknown): FlyopsError {
  return new FlyopsError('invalid_input', 'build', `ref: the repository has no commit ${ref}.`, {
    remedy: 'Give a branch, a tag or a commit that `git log` knows here.',
    cause,
  })
}

function notFetched({ url, ref }: Wanted, error: unknown): unknown {
  if (!hasCode(error, 'unknown_failure')) return error
  return error.with({
    code: 'source_unavailable',
    stage: 'build',
    message: `${ref} of ${url} could not be fetched.`,
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

function cancelled(): FlyopsError {
  return new FlyopsError('cancelled', 'build', 'Cancelled while fetching the source.', {
    retry: 'yes',
  })
}
