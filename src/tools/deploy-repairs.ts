import type { NextCall } from '../errors.js'
import type { HealthReport } from '../health/assess.js'
import type { PlannedConfig } from './deploy-config.js'
import { type DeployInput, givenArguments } from './deploy-input.js'
import type { ToolContext } from './tool.js'

export interface Unhealthy {
  readonly request: DeployInput
  readonly config: PlannedConfig
  readonly report: HealthReport
}

/** Deploys that the evidence itself suggests: another check path, or another port. */
export async function suggestRepairs(
  { request, config, report }: Unhealthy,
  context: ToolContext,
): Promise<readonly NextCall[]> {
  const again = (changes: Partial<DeployInput>, why: string): NextCall => ({
    tool: 'deploy_image',
    arguments: givenArguments({ ...request, ...changes }),
    why,
  })
  const { probe } = report
  if (probe?.redirect !== undefined) {
    const path = new URL(probe.redirect).pathname
    return [
      again({ health_path: path }, 'checks do not follow redirects, and this one leads there'),
    ]
  }
  const exposed = await exposedPort(request.image, context)
  const isSilent = probe !== undefined && (probe.status === undefined || probe.status >= 500)
  if (!isSilent || exposed === undefined || exposed === config.composed.internalPort) return []
  return [
    again({ internal_port: exposed }, `nothing answers, and the image exposes port ${exposed}`),
  ]
}

/** The one port that the image exposes; undefined where there are several, or no local image to ask. */
async function exposedPort(image: string, { docker }: ToolContext): Promise<number | undefined> {
  const local = await docker.inspectImage(image).catch(() => undefined)
  const [port, ...others] = local?.exposedPorts ?? []
  return others.length === 0 ? port : undefined
}
