import type { Deployed } from './deploy-app.js'

/** What changed, what was proven and how to undo it, for people. */
export function summarizeDeployed(result: Deployed): string {
  const { app, image, release = 'unknown', verdict, url, config_path, reasons = [] } = result
  const undo = result.next?.find(({ tool }) => tool === 'rollback')
  const sentences = [
    `${app} runs ${image} as release ${release} and is ${verdict}: ${url}`,
    ...reasons,
    config_path === undefined ? undefined : `Its settings are in ${config_path}.`,
    undo === undefined
      ? undefined
      : `To undo: flyops rollback --app ${app} --to ${undo.arguments.to}.`,
  ]
  return sentences.filter((sentence) => sentence !== undefined).join(' ')
}
