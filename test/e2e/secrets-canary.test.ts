import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { mainScript } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

/** Debian's docker builds with BuildKit, which secrets need; another that does is as good. */
const docker = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker'

/** Shows its whole environment: in its log, on its page, and in what its check says. */
const tellingAll = `FROM busybox
COPY env /www/cgi-bin/env
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "env; echo $SHORT_TEXT | base64; env >/www/info; exec httpd -f -p 8080 -h /www"]
`
const failingPage = "#!/bin/sh\nprintf 'Status: 500 Down\\r\\n\\r\\n'\nenv\n"

/** Shows what it was handed, and fails. */
const failing = `FROM busybox
RUN --mount=type=secret,id=one --mount=type=secret,id=two cat /run/secrets/one /run/secrets/two && false
`

describe.each(flyctls)('canaries among the secrets, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('come back nowhere', () => {
    const app = uniqueName('canary')
    const short = `canary-<${app}>"'&`
    const canaries = {
      SHORT_TEXT: short,
      KEY: `-----BEGIN KEY-----\n${btoa(`canary-one-${app}`)}\n${btoa(`canary-two-${app}`)}\n-----END KEY-----`,
      DATABASE_URL: `postgres://joe:canary%20${app}@db.internal/app`,
      ACCOUNT: JSON.stringify({ type: 'service', key: `canary\nof json ${app}` }),
      BUILD_TOKEN: `canary-build-${app}`,
    }
    const words = [
      ...Object.values(canaries),
      btoa(`canary-one-${app}`),
      btoa(`canary-two-${app}`),
      `canary%20${app}`,
      `of json ${app}`,
      btoa(short).slice(0, 16),
      JSON.stringify(short).slice(1, -1),
      `canary-line-${app}`,
    ]
    /** Everything that leaves flyops. */
    const told: string[] = []
    let project: Project
    let client: TestClient
    let started: string
    let settings: Record<string, string>

    beforeAll(async () => {
      project = await createProject('hello')
      await project.write('Dockerfile', tellingAll)
      await project.write('env', failingPage)
      await chmod(join(project.root, 'env'), 0o755)
      await project.write('.npmrc', `//registry/:_authToken=canary-line-${app}\nfund=false\n`)
      await project.write('.env', `ACCOUNT='${canaries.ACCOUNT}'\nKEY="${canaries.KEY}"\n`)
      await project.write('.dockerignore', '.env\n.npmrc\n')
      const folder = join(scratch(), uniqueName('recorders'))
      started = join(folder, 'started')
      settings = { ...(await recording(env(), folder)), FLYOPS_AUDIT: 'stdout' }
      client = await connectClient({ root: project.root, env: { ...settings, ...canaries } })
      keepAll(client, told)
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('from a life that tells all of them', async () => {
      await client.call('create_app', { app })
      const set = { app, stage: true }
      await client.call('set_secrets', {
        ...set,
        names: ['SHORT_TEXT', 'DATABASE_URL'],
        from: 'env',
      })
      const file = { from: 'file', file: '.env' }
      await client.call('set_secrets', { ...set, names: ['KEY', 'ACCOUNT'], ...file })
      const { image } = await client.call<{ image: string }>('build_image', { app })
      await client.call('push_image', { image })
      const onProgress = (progress: object) => void told.push(JSON.stringify(progress))
      const good = { app, image, health_path: '/info' }
      const { probe } = await client.call<{ probe: { body_excerpt: string } }>(
        'deploy_image',
        good,
        { onProgress },
      )
      expect(probe.body_excerpt).toContain('SHORT_TEXT=[redacted]')
      const { lines } = await client.call<Logs>('get_logs', { app, lines: 200 })
      // After the time, the region and the machine.
      const said = lines.map((line) => line.split(' ').slice(3).join(' '))
      for (const line of [
        'SHORT_TEXT=[redacted]',
        'DATABASE_URL=postgres://[redacted]@db.internal/app',
        'ACCOUNT=[redacted]',
      ])
        expect(said).toContain(line)
      const bad = { ...good, health_path: '/cgi-bin/env', wait_timeout: '20s', grace_period: '1s' }
      const failed = await client.fail('deploy_image', bad)
      expect(failed.text).toContain('[redacted]')
      const path = '/cgi-bin/env'
      expect(await client.call('check_health', { app, path })).toMatchObject({
        verdict: 'unhealthy',
      })
    })

    test('from a build that fails with them in its hands', async () => {
      await project.write('Dockerfile', failing)
      const secrets = { one: { env: 'BUILD_TOKEN' }, two: { file: '.npmrc' } }
      const error = await client.fail('build_image', { app, secrets })
      expect(error).toMatchObject({ code: 'build_failed' })
      expect(error.evidence).toContain('[redacted]')
      for (const verb of [['--json'], []]) {
        const { stdout, stderr } = await execa(
          process.execPath,
          [
            mainScript,
            'build-image',
            '--app',
            app,
            '--secrets',
            'one=env:BUILD_TOKEN',
            '--secrets',
            'two=file:.npmrc',
            '--log-level',
            'debug',
            ...verb,
          ],
          { cwd: project.root, env: { ...settings, ...canaries }, extendEnv: false, reject: false },
        )
        expect(stdout + stderr).toContain('[redacted]')
        told.push(stdout, stderr)
      }
    })

    test('nor in what is kept, logged, or given to programs as arguments', async () => {
      const journal = await readFile(join(scratch(), 'state', 'journal.jsonl'), 'utf8')
      const argv = await readFile(started, 'utf8')
      const toml = await readFile(join(project.root, `fly-${app}.toml`), 'utf8')
      expect(journal).toContain(app)
      expect(client.log()).toContain('"audit":"ended"')
      expect(argv).toContain(`secrets import --app ${app}`)
      for (const text of [...told, client.log(), journal, argv, toml])
        for (const word of words) expect(text).not.toContain(word)
      expect(told.join('').length).toBeGreaterThan(10_000)
    })
  })
})

interface Logs {
  readonly lines: readonly string[]
}

/** Every message that the server sends from now on, as it is. */
function keepAll({ client: { transport } }: TestClient, told: string[]): void {
  const { onmessage } = transport ?? {}
  if (transport === undefined || onmessage === undefined) throw new Error('it is not connected')
  transport.onmessage = (message, extra) => {
    told.push(JSON.stringify(message))
    onmessage(message, extra)
  }
}

/** The same settings, with programs that write down how they were started. */
async function recording(env: Record<string, string>, folder: string) {
  await mkdir(folder, { recursive: true })
  const programs = { FLYOPS_DOCKER: docker, FLYOPS_FLYCTL: env.FLYOPS_FLYCTL ?? '' }
  const recorders = Object.entries(programs).map(async ([name, program]) => {
    const path = join(folder, name === 'FLYOPS_DOCKER' ? 'docker' : 'flyctl')
    const lines = ['#!/bin/sh', `echo "$*" >>'${folder}/started'`, `exec '${program}' "$@"`]
    await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o755 })
    return [name, path] as const
  })
  return { ...env, ...Object.fromEntries(await Promise.all(recorders)) }
}
