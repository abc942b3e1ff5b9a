import { z } from 'zod'
import type { DockerCli } from './docker-cli.js'
import { notYet } from './not-yet.js'

const engineFacts = z.looseObject({
  ServerVersion: z.string().min(1),
  OSType: z.string(),
  OperatingSystem: z.string(),
  SecurityOptions: z.array(z.string()).nullish(),
})

export type EngineFacts = z.infer<typeof engineFacts>

/** Undefined where no engine answers within ten seconds. */
export async function askEngine(docker: DockerCli): Promise<EngineFacts | undefined> {
  const args = ['info', '--format={{json .}}']
  const { outcome, stdout } = await docker.run(args, { timeoutMs: 10_000, keepBytes: 2 ** 20 })
  if (outcome !== 'ok') return undefined
  return engineFacts.safeParse(JSON.parse(stdout)).data
}

/**
 * The engine's address, DOCKER_HOST; raises `docker_daemon_down` for one of elsewhere: the sandbox reaches containers by
 * their bridge addresses and reads their /proc.
 */
export async function localHost(docker: DockerCli, facts: EngineFacts): Promise<string> {
  if (facts.OperatingSystem === 'Docker Desktop') throw notYet('does not work with Docker Desktop')
  if (facts.OSType !== 'linux') throw notYet(`does not work with ${facts.OSType} containers`)
  if (facts.SecurityOptions?.some((option) => option.includes('rootless'))) {
    throw notYet('does not work with a rootless engine')
  }
  const args = ['context', 'inspect', '--format={{.Endpoints.docker.Host}}']
  const host = (await docker.text(args)).trim()
  if (!host.startsWith('unix://')) throw notYet(`does not work with an engine at ${host}`)
  return host
}
