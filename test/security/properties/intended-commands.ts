/** A part of a command line: arguments as they are, the form of one argument, or parts that may come again. */
type Part = string | RegExp | { readonly parts: readonly Part[]; readonly times: '?' | '*' }

const maybe = (...parts: readonly Part[]): Part => ({ parts, times: '?' })
const many = (...parts: readonly Part[]): Part => ({ parts, times: '*' })

/** One argument with spaces in it, or none at all. */
const exactly = (argument: string) => new RegExp(argument.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))

// No value may be taken for a flag, and none holds NUL, which stands between the arguments below.
const app = /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/
const org = /[a-z0-9][a-z0-9-]{0,62}/
const image = /[a-z0-9][\w./:@-]{0,511}/
const path = /\/[^\0]*/
const name = /[A-Za-z0-9_][\w.-]*/
const container = /flyops-test-[0-9a-f]{12}/
const duration = /(?:\d+(?:\.\d+)?(?:ms|s|m|h))+/
/** NAME=value, behind its flag. */
const pair = /[A-Za-z_][\w.-]*=[^\0]*/
const ref = /[A-Za-z0-9][\w./-]{0,254}/
const commit = /[0-9a-f]{4,40}/
/** Behind `--`. */
const anything = /[^\0]+/

const build: readonly Part[] = [
  maybe('--builder', name),
  '--platform',
  /[a-z0-9]+\/[a-z0-9]+(?:\/v\d+)?/,
  '--tag',
  image,
  '--file',
  path,
  many('--label', pair),
  many('--build-arg', pair),
  many('--secret', /id=[A-Za-z0-9_][\w.-]*,(?:env=[A-Za-z_]\w*|src=\/[^\0,"\r\n]*)/),
  maybe('--target', name),
  maybe('--no-cache'),
  '--',
  path,
]

/** Every command line that flyops means to start, written down a second time. */
const intended: Readonly<Record<string, readonly (readonly Part[])[]>> = {
  flyctl: [
    ['version --json'],
    ['auth whoami --json'],
    ['auth docker'],
    ['auth token --json --quiet'],
    ['orgs list --json'],
    ['apps create', app, '--org', org, '--json'],
    ['apps create --generate-name --org', org, '--json'],
    ['apps list', maybe('--org', org), '--json'],
    ['apps destroy', app, '--yes'],
    ['status --app', app, '--json'],
    ['releases --app', app, '--image --json'],
    ['logs --app', app, '--no-tail --json', maybe('--machine', /[a-z0-9]{1,32}/)],
    ['config validate --strict --config', path],
    ['config show --app', app],
    [
      ...['deploy --app', app, '--config', path, '--image', image, '--remote-only'],
      ...['--https-failover=false --depot=false --deploy-retries 0 --dns-checks=false'],
      ...[/--smoke-checks=(?:true|false)/, /--ha=(?:true|false)/],
      ...[maybe('--wait-timeout', duration)],
      ...[maybe('--strategy', /rolling|immediate|canary|bluegreen/), '--yes'],
    ],
    [
      ...['deploy --app', app, '--config', path, '--build-only --push --remote-only --wg=false'],
      ...['--image-label', /[A-Za-z0-9_][\w.-]{0,127}/, '--dockerfile', path],
      ...[many('--label', pair), many('--build-arg', pair)],
      ...[maybe('--build-target', name), maybe('--no-cache')],
    ],
    ['machine leases clear', many(name), '--app', app],
    ['scale count', /[A-Za-z0-9_][\w-]*=\d{1,2}/, '--app', app, '--yes'],
    ['secrets import --app', app, maybe('--stage')],
    ['secrets list --app', app, '--json'],
  ],
  docker: [
    ['--version'],
    ['version --format', exactly('{{json .}}')],
    ['buildx version'],
    ['context inspect --format {{.Endpoints.docker.Host}}'],
    ['buildx build --progress=rawjson --provenance=false --sbom=false --load', ...build],
    ['build --progress=plain', ...build],
    ['build --force-rm', ...build],
    ['image inspect --', image],
    ['push --', image],
    ['manifest inspect --verbose', maybe('--insecure'), '--', image],
    [
      ...['run --detach --name', container, many('--label', pair)],
      ...[many('--publish', /127\.0\.0\.1::\d{1,5}/), '--env-file', path],
      ...[many('--env', /[A-Za-z_]\w*/), '--pull=never'],
      ...[maybe('--memory', /\d{1,6}(?:mb|gb)/), '--', image, many(anything)],
    ],
    ['container inspect --', container],
    ['wait --', container],
    [/logs/, /--tail=\d+/, '--', container],
    ['exec --', container, 'cat /proc/net/tcp /proc/net/tcp6', many(/\/sys\/fs\/cgroup\/[\w./]+/)],
    ['rm --force --volumes --', container],
    [
      'ps --all --filter=label=flyops.test.owner --format',
      exactly('{{.Names}} {{.Label "flyops.test.owner"}}'),
    ],
  ],
  git: [
    ['rev-parse --path-format=absolute --show-toplevel --absolute-git-dir --git-common-dir'],
    ['rev-parse --resolve-git-dir', path],
    [
      'rev-parse --verify --end-of-options',
      new RegExp(`${ref.source}(?:~\\d{0,3}|\\^){0,20}\\^\\{commit\\}`),
    ],
    ['rev-parse --short', commit],
    ['log --no-walk --no-show-signature', exactly('--format=%h %ct'), commit, '--'],
    [
      ...['log', /--max-count=5|--no-walk/, '--no-show-signature', exactly('--format=%h %s')],
      ...[commit, '--'],
    ],
    ['config --list --show-scope -z'],
    [
      'status --porcelain=v2 -z --untracked-files=all --no-renames --ignore-submodules=dirty --',
      many(anything),
    ],
    ['status --porcelain --untracked-files=all --ignore-submodules=dirty'],
    ['ls-files --others --ignored --exclude-standard --directory -z --', anything],
    ['ls-files -z --cached --others --exclude-standard -- .'],
    ['ls-files --stage -z --', many(anything)],
    ['ls-tree -r -z', commit, maybe('--', /[^\0]+\//)],
    ['--no-literal-pathspecs ls-files -z --', many(anything)],
    ['init --quiet'],
    ['config remote.origin.url', /(?!-)[^\0]*/],
    ['config core.abbrev', /\d+/],
    ['config http.followRedirects false'],
    [
      'fetch --quiet --depth=1 --no-tags --no-recurse-submodules --',
      /(?:file:\/\/\/|http:\/\/127\.0\.0\.1:5000\/)[^\0]*/,
      ref,
    ],
    ['checkout --quiet --detach --no-recurse-submodules FETCH_HEAD --'],
  ],
}

const patterns = Object.fromEntries(
  Object.entries(intended).map(([program, commands]) => [
    program,
    commands.map((parts) => new RegExp(`^${toSource(parts)}$`)),
  ]),
)

function toSource(parts: readonly Part[]): string {
  return parts.map(sourceOf).join('')
}

function sourceOf(part: Part): string {
  if (typeof part === 'string') return part.split(' ').map(exactly).map(sourceOf).join('')
  if (part instanceof RegExp) return `\\0(?:${part.source})`
  return `(?:${toSource(part.parts)})${part.times}`
}

/** Whether flyops means to start that program with these arguments. */
export function isIntended(program: string, args: readonly string[]): boolean {
  if (args.some((arg) => arg.includes('\0'))) return false
  const line = args.map((arg) => `\0${arg}`).join('')
  return (patterns[program] ?? []).some((pattern) => pattern.test(line))
}

const looks = [
  /^git /,
  /^docker (?:--version|version|buildx version|(?:image|manifest|container|context) inspect|logs|ps)/,
  /^flyctl (?:version|auth (?:whoami|token)|orgs list|apps list|status|releases|logs|config (?:validate|show)|secrets list)/,
]

/** Whether such a command changes nothing: what is looked up side by side may end after one of them has failed. */
export function looksOnly(program: string, args: readonly string[]): boolean {
  const line = [program, ...args].join(' ')
  return looks.some((look) => look.test(line))
}
