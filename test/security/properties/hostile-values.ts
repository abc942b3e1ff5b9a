import fc from 'fast-check'

/** Texts that have opened doors somewhere, by what they are aimed at. */
const texts = {
  flags: [
    ...['-', '--', '-H', '-v', '--config=/etc/passwd', '--app=other', '--output=/tmp/x'],
    ...['--upload-pack=sh', '-oProxyCommand=id', 'hello\n--config=/etc/passwd'],
  ],
  shells: [
    '; id',
    '$(id)',
    '`id`',
    '| id',
    '&& id',
    '$HOME',
    '{{.Env}}',
    '"""\n[processes]\nx = "id"\n',
  ],
  paths: [
    ...['/etc/passwd', '/proc/self/environ', '..', '../outside', '../outside/secret.toml'],
    ...['../outside/app/Dockerfile', '../outside/app/fly.toml', '../outside/secrets.env'],
    ...['sub/../../outside/app', 'link', 'link/app', 'link/app/Dockerfile', 'link/secrets.env'],
    ...['link.toml', 'Dockerfile.link', '.git', '.git/config', '\\\\host\\share', 'C:\\Windows'],
    ...['file:///etc/passwd', '%2e%2e%2foutside', './', 'sub//', 'a,dst=/etc/passwd'],
  ],
  hosts: [
    ...[
      '//evil:81/x',
      '/\\evil:81/x',
      '///evil:81/x',
      '/x/..//evil:81/x',
      '/@evil:81/x',
      '/x?//evil:81',
    ],
    ...['//127.0.0.1:81/x', '//169.254.169.254/latest', 'http://169.254.169.254/latest', 'evil:81'],
  ],
  repositories: [
    ...['https://evil:81/x.git', 'http://127.0.0.1:5000@evil:81/x.git', 'ext::sh -c id', '.'],
    ...['ssh://-oProxyCommand=id/x', 'file:///etc', '/etc', '--upload-pack=sh', 'git@evil:x'],
  ],
  images: [
    ...['evil:81/hello:1a2b3c4', '127.0.0.1:5000/other:1a2b3c4', '127.0.0.1:5000/hello'],
    ...['127.0.0.1:5000/hello/../other:1a2b3c4', '127.0.0.1:5000/hello:1a2b3c4@sha256:00'],
  ],
  revisions: [
    ...['HEAD@{1}', 'HEAD^{/x}', ':/x', '@', 'a..b', '--all', 'refs/heads/../../x', '^HEAD'],
    ...['HEAD^@', 'HEAD^!', 'HEAD:sub', 'HEAD~9999', `HEAD${'^'.repeat(40)}`, '~1', '-~1'],
  ],
  names: [
    ...['__proto__', 'constructor', 'toString', 'FLY_API_TOKEN', 'FLYOPS_HTTP_TOKEN', 'LD_PRELOAD'],
    ...['A=B', 'a b', 'other', '*', 'hel*'],
  ],
  durations: ['99999999h', '25h', `${'9'.repeat(40)}s`, '0s', '-1s', '1e9s', '1.5h', 's'],
  characters: [
    ...['', ' ', '\0', 'hello\0', 'hello\r\nHost: evil', '\u202etxt.exe', '\u200b', '\ufeff'],
    ...['\ud800', '\u001b]52;c;aWQ=\u0007', '\u009b31m', 'ﬀ', '\t'],
  ],
  sizes: [
    'a'.repeat(64),
    'a'.repeat(5_000),
    '-'.repeat(600),
    '9'.repeat(400),
    '5707482061h',
    '999999mb',
  ],
}

type Aim = keyof typeof texts

const anyText = fc.constantFrom(...Object.values(texts).flat())

/** What harms where it is taken for what the field is. */
const aims: Readonly<Record<string, Aim>> = {
  path: 'hosts',
  health_path: 'hosts',
  context: 'paths',
  dockerfile: 'paths',
  base_config: 'paths',
  file: 'paths',
  git_url: 'repositories',
  ref: 'revisions',
  image: 'images',
  expect_image: 'images',
  names: 'names',
  env: 'names',
  timeout: 'durations',
  interval: 'durations',
  grace_period: 'durations',
  wait_timeout: 'durations',
}

/** For a field of no special kind a few that could end or bend any text. */
export function textsAimedAt(field: string): readonly string[] {
  const aim = aims[field]
  return aim === undefined ? ['hello\0', '\ud800', '--config=/etc/passwd'] : texts[aim]
}

/** Hostile as they are, before or behind something harmless, or out of any characters. */
export function hostileText(field: string, harmless: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const text = fc.oneof(fc.constantFrom(...texts[aims[field] ?? 'flags']), anyText)
  const joined = fc.tuple(harmless, text)
  return fc.oneof(
    { weight: 7, arbitrary: text },
    { weight: 2, arbitrary: joined.map(([good, bad]) => good + bad) },
    { weight: 1, arbitrary: joined.map(([good, bad]) => bad + good) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  )
}

/** Numbers at the edges of what a field or a machine can hold. */
export const hostileNumber = fc.constantFrom(
  ...[-1, 0, 1, 0.5, 1e21, -1e21, 2 ** 31, 2 ** 53, Number.MAX_VALUE, 65_536],
)

/** Anything that JSON can carry, in the place of something else. */
export const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, [], {}, [[]], '9'.repeat(70_000)),
)

export const hostileKey = fc.constantFrom(...texts.names, ...texts.flags, 'wait_seconds', 'shell')
