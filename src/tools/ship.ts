import { shipInput } from '../flow/ship/input.js'
import { shipOutput, summarizeShip } from '../flow/ship/output.js'
import { shipCommit } from '../flow/ship/ship.js'
import { defineLongTool, mayReplace } from './tool.js'

export const ship = defineLongTool({
  name: 'ship',
  title: 'Ship a commit to an app',
  description:
    'Does the whole flow as one job: builds the commit, creates the app, tests the image, pushes, deploys and judges. What is true already is skipped: a repeated ship does nothing, and one that broke goes on where it stopped. plan_only shows the steps, the machines and the monthly cost, and changes nothing; its plan_id does exactly that. Next: check_health, or rollback.',
  annotations: mayReplace,
  input: shipInput,
  output: shipOutput,
  examples: [
    'flyops ship --app hello --plan-only',
    'flyops ship --app hello',
    'flyops ship --app hello --health-path /up --rollback-on-failure',
  ],
  stage: 'preflight',
  work: 'ship',
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  run: shipCommit,
  summarize: summarizeShip,
})
