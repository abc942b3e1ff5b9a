import { errorsPage } from './errors-page.js'
import { withImports } from './imports.js'
import { toolsPage } from './tools-page.js'
import { troubleshootingPage } from './troubleshooting-page.js'

/** The pages of docs/ that are made, or a part of them, by file name; each from the page as it was. */
export const pages: Readonly<Record<string, (page: string) => string>> = {
  'architecture.md': withImports,
  'tools.md': toolsPage,
  'errors.md': errorsPage,
  'troubleshooting.md': troubleshootingPage,
}
