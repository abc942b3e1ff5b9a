import { approvalTool } from '../../src/access/permission.js'
import { catalogue } from '../../src/tools/catalogue.js'

/** The names of the tools that a flyops without a policy offers: nothing is there to approve of. */
export const offeredTools = catalogue
  .map(({ name }) => name)
  .filter((name) => name !== approvalTool)
