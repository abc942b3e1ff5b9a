import { jobOutput, summarizeJob } from '../flow/jobs/answer.js'
import { waitForResult } from '../flow/jobs/get.js'
import { getJobInput } from '../flow/jobs/input.js'
import { defineTool, readsOnly } from './tool.js'

export const getJobTool = defineTool({
  name: 'get_job',
  title: 'Wait for a job',
  description:
    'Waits for work that answered status running with a job_id, and returns its result. Call it again while the status is running. Results stay for an hour. A deploy that a former flyops left is judged by what runs now.',
  annotations: readsOnly,
  input: getJobInput,
  output: jobOutput,
  examples: ['flyops get-job --job-id 0123456789abcdef --log-lines 20'],
  needsNoApp: 'none',
  isFree: true,
  run: waitForResult,
  summarize: summarizeJob,
})
