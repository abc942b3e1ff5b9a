import { listOperationsInput } from '../flow/operations/input.js'
import { listOperations as list, operationsOutput } from '../flow/operations/list.js'
import { defineTool, readsOnly } from './tool.js'

const keptApart =
  ' Those of another platform, Fly.io or a sandbox, are kept apart, and shown where flyops is led to it.'

export const listOperations = defineTool({
  name: 'list_operations',
  title: 'Show who did what to which app, and when',
  description:
    'Lists what was built, pushed, created, deployed and destroyed through flyops, newest first: who did it, when, how it ended and what proves it. It tells what the journal remembers, the newest 50 of each tool on each app, and no arguments. `begun` means that no end is written down: get_job tells whether it still runs.',
  annotations: readsOnly,
  input: listOperationsInput,
  output: operationsOutput,
  examples: ['flyops list-operations --app hello --since 24h', 'flyops list-operations --json'],
  needsNoApp: 'filters',
  isFree: true,
  run: list,
  summarize: ({ operations, total }) =>
    `Operations (${operations.length} of ${total}).${total === 0 ? keptApart : ''}`,
})
