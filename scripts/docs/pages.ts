import { errorsPage } from './errors-page.js'
import { toolsPage } from './tools-page.js'
import { troubleshootingPage } from './troubleshooting-page.js'

/** The pages of docs/ that are made, by file name. */
export const pages: Readonly<Record<string, () => string>> = {
  'tools.md': toolsPage,
  'errors.md': errorsPage,
  'troubleshooting.md': troubleshootingPage,
}
