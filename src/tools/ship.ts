import { shipInput } from '../flow/ship/input.js'
import { shipOutput } from '../flow/ship/output.js'
import { shipApps } from '../flow/ship/several.js'
import { summarizeShip } from '../flow/ship/summary.js'
import { defineLongTool, mayReplace } from './tool.js'

export const ship = defineLongTool({
  name: 'ship',
  title: 'Ship a commit',
  description:
    'Takes a commit to a healthy app in one call: builds, creates the app, tests the image here, pushes, deploys, judges. What the author’s toml says, else what runs, stands; what nobody says is found out. What is done already is skipped, and a ship that broke goes on where it stopped. plan_only shows steps, settings and cost, and its plan_id does exactly that. To go back: rollback.',
  annotations: mayReplace,
  input: shipInput,
  output: shipOutput,
  examples: [
    'flyops ship --app hello --plan-only',
    'flyops ship --app hello',
    'flyops ship --app hello --health-path /up --rollback-on-failure',
    'flyops ship --apps web=context:web --apps api=context:api',
  ],
  stage: 'preflight',
  work: 'ship',
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  run: shipApps,
  summarize: summarizeShip,
})
