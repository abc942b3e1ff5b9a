import { expect, test } from 'vitest'
import * as commands from '../../src/fly/commands.js'

const deployed = {
  app: 'hello',
  configPath: '/w/fly-hello.toml',
  image: 'registry.fly.io/hello:1a2b3c4',
  ha: false,
  waitTimeout: '5m',
  smokeChecks: false,
}

test.each([
  [commands.version(), 'version --json'],
  [commands.whoami(), 'auth whoami --json'],
  [commands.authDocker(), 'auth docker'],
  [commands.orgsList(), 'orgs list --json'],
  [commands.appsCreate('hello', 'acme'), 'apps create hello --org acme --json'],
  [commands.appsCreate(undefined, 'acme'), 'apps create --generate-name --org acme --json'],
  [commands.status('hello'), 'status --app hello --json'],
  [commands.releases('hello'), 'releases --app hello --image --json'],
  [commands.logs('hello', 'm1'), 'logs --app hello --no-tail --json --machine m1'],
  [commands.configValidate('/t/fly.toml'), 'config validate --strict --config /t/fly.toml'],
  [
    commands.deploy(deployed),
    'deploy --app hello --config /w/fly-hello.toml --image registry.fly.io/hello:1a2b3c4 --remote-only --https-failover=false --depot=false --deploy-retries 0 --dns-checks=false --smoke-checks=false --ha=false --wait-timeout 5m --yes',
  ],
  [
    commands.deploy({ ...deployed, smokeChecks: true, ha: true, strategy: 'immediate' }),
    'deploy --app hello --config /w/fly-hello.toml --image registry.fly.io/hello:1a2b3c4 --remote-only --https-failover=false --depot=false --deploy-retries 0 --dns-checks=false --smoke-checks=true --ha=true --wait-timeout 5m --strategy immediate --yes',
  ],
  [commands.authToken(), 'auth token --json --quiet'],
  [
    commands.build(
      {
        app: 'hello',
        tag: '1a2b3c4',
        context: '/w',
        dockerfile: '/w/Dockerfile',
        target: 'web',
        buildArgs: { MODE: 'a=b' },
        labels: { l: 'v' },
        noCache: true,
      },
      '/t/fly.toml',
    ),
    'deploy --app hello --config /t/fly.toml --build-only --push --remote-only --wg=false --image-label 1a2b3c4 --dockerfile /w/Dockerfile --label l=v --build-arg MODE=a=b --build-target web --no-cache',
  ],
])('flyctl %#: %s', (args, line) => {
  expect(args.join(' ')).toBe(line)
})
