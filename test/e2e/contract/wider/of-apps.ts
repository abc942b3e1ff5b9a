import { any, deploy, line, machine, ownDocker, printed, type Stories } from './story.js'

/** How apps come, change and go. Each list is about an app of its own. */
export const storiesOfApps: Stories = {
  strategies: {
    isOfStandIn: true,
    lines: [
      { ...any('apps create APP-2 --org personal --json'), form: 'apps create --json' },
      any('apps destroy APP-2 --yes', /Destroyed app/),
      deploy(),
      deploy('--strategy rolling'),
      deploy('--strategy immediate'),
      deploy('--strategy canary'),
      deploy('--strategy bluegreen', /Deployment Complete/),
      printed('status --json', /"Deployed": true/),
      printed('releases --image --json', /"Version": 3/),
      printed('logs --no-tail --json', /Machine started/),
      { ...line('logs'), until: /Machine started/ },
      { ...any('apps list --json'), form: 'apps list --json' },
      { ...any('orgs list --json'), form: 'orgs list --json' },
      { ...any('auth docker', /Authentication successful/), env: ownDocker },
      { ...any('version --json'), form: 'version --json' },
      line('config show', /internal_port/),
      printed('checks list --json', /passing/),
      printed('machine list --json', /servicecheck-00-http-8080/),
      printed('image show --json', /sha256:/),
      printed('ips list --json', /shared_v4/),
      line('ips allocate', /allocate-v6/),
      line('services list', /8080/),
    ],
  },
  'strategies where a machine is stopped': {
    isOfStandIn: true,
    lines: [
      deploy('--ha'),
      machine('stop', /stopped/),
      deploy('--strategy rolling'),
      deploy('--strategy immediate'),
      deploy('--strategy canary'),
      deploy('--strategy bluegreen', /Deployment Complete/),
      line('status', /started/),
      machine('leases clear', /cleared/),
      machine('start', /started/),
    ],
  },
  scale: {
    isOfStandIn: true,
    lines: [
      deploy(),
      line('scale count app=2 --yes', /Created/),
      line('scale memory 512', /Memory: 512 MB/),
      line('scale vm shared-cpu-2x', /shared-cpu-2x/),
      printed('scale show --json', /"Count": 2/),
      line('scale count app=1 --yes', /Destroyed/),
    ],
  },
  groups: {
    toml: `[deploy]
  release_command = 'echo released'
[processes]
  app = 'httpd -f -p 8080 -h /www'
  worker = 'sleep 1000'
`,
    lines: [
      deploy('', /release_command .*completed successfully/),
      line('scale count worker=2 --yes', /group:worker/),
    ],
  },
  'a release command that fails': {
    toml: '[deploy]\n  release_command = "sh -c \'exit 3\'"\n',
    lines: [{ ...deploy('', /exited with non-zero status of 3/), fails: true }],
  },
  'launch of an image': {
    lines: [
      any(
        'launch --image IMAGE --name APP-new --org personal --region ewr --yes --ha=false --internal-port 8080 --now',
      ),
      any('apps destroy APP-new --yes', /Destroyed/),
    ],
  },
  'launch of a Dockerfile': {
    lines: [
      any(
        'launch --name APP-new --org personal --region ewr --yes --ha=false --internal-port 8080 --now --local-only --dns-checks=false',
        /Pushing image done/,
      ),
      any('status --app APP-new', /started/),
      any('apps destroy APP-new --yes', /Destroyed/),
    ],
  },
  'a build of its own': {
    lines: [
      any(
        'deploy . --app APP --config TOML --local-only --ha=false --dns-checks=false --yes',
        /Pushing image done/,
      ),
      line('image show', /deployment-/),
      line('config save --yes', /Wrote config file/),
      line('config validate', /Configuration is valid/),
      any('auth whoami', /sandbox@localhost/),
    ],
  },
  'an image that only the engine has': {
    lines: [
      {
        args: ({ app, toml, local }) =>
          `deploy --app ${app} --config ${toml} --image ${local} --ha=false --dns-checks=false --yes`.split(
            ' ',
          ),
      },
      line('image show', /registry-1\.docker\.io/),
      line('scale count 2 --yes', /Created/),
      line('status', /started/),
    ],
  },
  // These start an agent with a tunnel, and send nothing through it. One that runs already may end while it is asked.
  'an agent': {
    lines: [
      deploy(),
      any('apps restart APP', /restarted successfully/),
      any('agent stop'),
      line('image update --yes', /Machines successfully updated/),
    ],
  },
}
