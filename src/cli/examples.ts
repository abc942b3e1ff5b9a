import type { Command } from 'commander'

const image = 'registry.fly.io/hello:1a2b3c4'

/** Command lines for the help of each verb. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  serve: [
    'flyops serve --root .',
    'flyops serve --sandbox',
    "flyops serve --read-only --apps 'staging-*'",
    'flyops serve --http --host 0.0.0.0 --tokens tokens.json',
  ],
  'build-image': [
    'flyops build-image --app hello',
    'flyops build-image --app hello --ref v1.2.0',
    'flyops build-image --app hello --build-args NODE_ENV=production --builder my-cluster',
  ],
  'test-image': [
    `flyops test-image --image ${image}`,
    `flyops test-image --image ${image} --internal-port 3000 --health-path /up`,
  ],
  'push-image': [`flyops push-image --image ${image}`],
  'create-app': [
    'flyops create-app --app hello',
    'flyops create-app --generate-name --org my-team',
  ],
  'deploy-image': [
    `flyops deploy-image --app hello --image ${image} --dry-run`,
    `flyops deploy-image --app hello --image ${image} --internal-port 3000 --health-path /up`,
    `flyops deploy-image --app hello --image ${image} --env LOG=debug --rollback-on-failure`,
  ],
  'list-releases': ['flyops list-releases --app hello --limit 5'],
  'check-health': [
    'flyops check-health --app hello',
    `flyops check-health --app hello --expect-image ${image} --json`,
  ],
  rollback: ['flyops rollback --app hello', 'flyops rollback --app hello --to 12'],
  'promote-image': [
    'flyops promote-image --from-app staging --apps shop-eu shop-us --plan-only',
    `flyops promote-image --image ${image} --apps shop-eu shop-us --wave-size 2`,
  ],
  'get-job': ['flyops get-job --job-id 0123456789abcdef --log-lines 20'],
  'cancel-job': ['flyops cancel-job --job-id 0123456789abcdef'],
  'get-logs': ['flyops get-logs --app hello --lines 50'],
  'list-images': ['flyops list-images', 'flyops list-images --app hello'],
  'list-apps': ['flyops list-apps --org my-team'],
  'set-secrets': [
    'DATABASE_URL=… flyops set-secrets --app hello --names DATABASE_URL --from env',
    'flyops set-secrets --app hello --names DATABASE_URL --from file --file .env.production',
  ],
  ship: [
    'flyops ship --app hello --plan-only',
    'flyops ship --app hello',
    'flyops ship --app hello --health-path /up --rollback-on-failure',
  ],
  'destroy-app': ['flyops destroy-app --app hello-preview --confirm hello-preview'],
  doctor: ['flyops doctor', 'flyops doctor --json'],
  sandbox: [
    'flyops sandbox up --install',
    'eval "$(flyops sandbox env)"',
    'flyops sandbox fault add api status --status 503 --times 1',
  ],
  diagnose: ['docker build . 2>&1 | flyops diagnose --stage build'],
  install: ['flyops install --client claude-desktop --root . --dry-run'],
  token: ["flyops token ci --tools 'ship,get_job' --apps 'staging-*'"],
  completion: [
    'source <(flyops completion bash)',
    'flyops completion fish > ~/.config/fish/completions/flyops.fish',
  ],
}

/** Adds the examples of each verb to its help. */
export function addExamples(program: Command): Command {
  for (const verb of program.commands) {
    const lines = examples[verb.name()]?.map((line) => `  ${line}`)
    if (lines !== undefined) verb.addHelpText('after', ['', 'Examples:', ...lines].join('\n'))
  }
  return program
}
