import { rm } from 'node:fs/promises'
import { addFault, clearFaults } from '../faults/edit.js'
import { baseImage, environment } from '../sandbox.js'
import { stateFiles } from '../state-folder.js'
import { scenarioBase } from './experiments.js'
import { type ExperimentOptions, faultsOf, layOut } from './setting.js'

type SetUpOptions = Pick<ExperimentOptions, 'scenario' | 'seed' | 'sandbox' | 'flyops' | 'signal'>

/**
 * Brings a sandbox that is up to where a scenario begins: its project, its apps, its faults, and no others. The result is
 * the project's folder. Raises `internal` where what comes before the scenario fails.
 */
export async function setUp(options: SetUpOptions): Promise<string> {
  const { scenario, seed, sandbox } = options
  const { faults, scenario: root } = stateFiles(sandbox.stateDir)
  await clearFaults(faults)
  await baseImage(sandbox, scenarioBase)
  await rm(root, { recursive: true, force: true })
  const env = { ...sandbox.env, ...(await environment(sandbox)), ...scenario.secrets }
  await layOut(options, root, { ...env, FLYOPS_ROOT: root })
  for (const fault of faultsOf(scenario, seed)) await addFault(faults, fault)
  return root
}
