import { jobOutput, summarizeJob } from '../flow/jobs/answer.js'
import { stopJob } from '../flow/jobs/cancel.js'
import { cancelJobInput } from '../flow/jobs/input.js'
import { defineTool, mayReplace } from './tool.js'

export const cancelJob = defineTool({
  name: 'cancel_job',
  title: 'Stop a job',
  description:
    'Stops a build, push or deploy by its job_id, and says what had happened already. Of a deploy, machines that were replaced stay replaced, and leases may keep the next one waiting. A job that has ended stays as it is.',
  annotations: mayReplace,
  input: cancelJobInput,
  output: jobOutput,
  examples: ['flyops cancel-job --job-id 0123456789abcdef'],
  needsNoApp: 'none',
  isFree: true,
  run: stopJob,
  summarize: summarizeJob,
})
