import { execFileSync, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withServer } from './server.mjs'
import { withSandbox } from './with-sandbox.mjs'

const sample = fileURLToPath(new URL('../test/fixtures/apps/hello', import.meta.url))

/**
 * A sandbox of its own, a sample app under git whose content `commit` changes, and the built server on both, for as
 * long as `use` takes. `change` changes the environment of the sandbox, for another flyctl.
 */
export function withSampleAt(pace, use, change = (env) => env) {
  const docker = dockerWithBuildKit()
  const begin = (sandbox) =>
    withSample((sampled) => {
      const env = change({ ...sandbox, FLYOPS_DOCKER: docker })
      return withServer({ root: sampled.root, env }, (server) =>
        use({ ...sampled, env, ...server, call: succeeding(server.call), tryCall: server.call }),
      )
    })
  return withSandbox(begin, pace)
}

/** The flyctls that it is measured with: the stand-in, and a real one where the environment says where it is. */
export const flyctls = [
  { of: 'stand-in', change: (env) => env },
  ...(process.env.FLYOPS_REAL_FLYCTL === undefined
    ? []
    : [{ of: 'real flyctl', change: withRealFlyctl }]),
]

/** Nothing leaves this machine: Go uses no proxy for loopback, and nobody listens on this one. */
function withRealFlyctl(env) {
  return {
    ...env,
    FLYOPS_FLYCTL: process.env.FLYOPS_REAL_FLYCTL,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    FLY_TRACE_COLLECTOR_URL: '127.0.0.1',
  }
}

function succeeding(call) {
  return async (...args) => {
    const answer = await call(...args)
    if (answer.result.isError) throw new Error(answer.result.content[0].text)
    return answer
  }
}

/** What users have; the builder before BuildKit needs a step more for each label. */
function dockerWithBuildKit() {
  const dockers = ['docker', '/usr/bin/docker'].map((program) => ({
    program: execFileSync('which', [program], { encoding: 'utf8' }).trim(),
    version: execFileSync(program, ['--version'], { encoding: 'utf8' }),
  }))
  const hasBuildKit = ({ program, version }) => {
    const [, major] = / (\d+)\./.exec(version) ?? []
    return Number(major) < 23 || spawnSync(program, ['buildx', 'version']).status === 0
  }
  return (dockers.find(hasBuildKit) ?? dockers[0]).program
}

async function withSample(use) {
  const root = await mkdtemp(join(tmpdir(), 'flyops-bench-'))
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost']
  const git = (...args) => execFileSync('git', [...identity, ...args], { cwd: root })
  try {
    await cp(sample, root, { recursive: true })
    git('init', '--quiet')
    return await use({
      root,
      async commit(files) {
        for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text)
        git('add', 'Dockerfile', 'fly.toml', 'www')
        git('commit', '--quiet', '--message', 'Change it')
      },
    })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
