import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const start = promisify(execFile)

/** What the lesson does by hand, one command after the other: from a commit to an app that answers. */
export async function runLesson({ app, root, env }) {
  const run = async (program, ...args) =>
    (await start(program, args, { cwd: root, env: { ...process.env, ...env }, maxBuffer: 1e8 }))
      .stdout
  const flyctl = (...args) => run(env.FLYOPS_FLYCTL ?? 'flyctl', ...args)
  const tag = (await run('git', 'rev-parse', '--short', 'HEAD')).trim()
  const image = `${env.FLY_REGISTRY_HOST}/${app}:${tag}`
  const config = join(root, `fly-${app}.toml`)

  const docker = (...args) => run(env.FLYOPS_DOCKER ?? 'docker', ...args)
  await docker('build', '--platform=linux/amd64', '--tag', image, '.')
  await flyctl('apps', 'create', app, '--org', 'personal')
  await flyctl('auth', 'docker')
  await docker('push', image)
  await docker('manifest', 'inspect', '--insecure', image)
  const toml = (await readFile(join(root, 'fly.toml'), 'utf8'))
    .replace(/^app = .*$/m, `app = '${app}'`)
    .replace(/^\[build\]\n.*$/m, `[build]\n  image = '${image}'`)
  await writeFile(config, toml)
  await flyctl('deploy', '--app', app, '--config', config, '--image', image, '--ha=false', '--yes')
  const status = JSON.parse(await flyctl('status', '--app', app, '--json'))
  const answer = await fetch(new URL('/info', status.AppURL))
  if (!answer.ok) throw new Error(`${app} answers ${answer.status}`)
  await flyctl('releases', '--app', app, '--image')
}
