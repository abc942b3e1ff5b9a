import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readOAuth } from '../../src/access/oauth-settings.js'
import { openRules } from '../../src/access/rules-file.js'
import { loadSettings } from '../../src/settings.js'
import { projectRoot } from '../support/paths.js'

const folder = join(projectRoot, 'examples', 'hosting')
const page = await readFile(join(projectRoot, 'docs', 'hosting.md'), 'utf8')

const form = z.object({
  app: z.string(),
  env: z.record(z.string(), z.string()).default({}),
  processes: z.object({ app: z.string() }).optional(),
  checks: z.record(z.string(), z.object({ port: z.number() })).default({}),
  files: z
    .array(
      z.object({
        guest_path: z.string(),
        local_path: z.string().optional(),
        secret_name: z.string().optional(),
      }),
    )
    .default([]),
})

async function read(name: string) {
  return form.parse(parse(await readFile(join(folder, `${name}.fly.toml`), 'utf8')))
}
const flyops = await read('flyops')
const { app, env, files } = flyops

test('the recipe names each file of examples/hosting', async () => {
  for (const name of await readdir(folder)) expect(page).toContain(`examples/hosting/${name}`)
})

test('flyops takes its settings, and signs in at the address of its own app', () => {
  const { buildkit } = loadSettings({ flags: {}, env, cwd: '/work' })
  expect(buildkit?.address).toBe(env.FLYOPS_BUILDKIT)
  const oauth = readOAuth({
    issuer: env.FLYOPS_OAUTH_ISSUER,
    publicUrl: env.FLYOPS_PUBLIC_URL,
    scope: undefined,
    groupsClaim: undefined,
    tokenType: env.FLYOPS_OAUTH_TOKEN_TYPE,
  })
  expect(oauth?.resource).toBe(`https://${app}.fly.dev/mcp`)
})

test('it finds the buildkitd and the identity provider where their files put them', async () => {
  const [buildkitd, identity] = await Promise.all([read('buildkitd'), read('identity')])
  const { hostname, port } = new URL(env.FLYOPS_BUILDKIT ?? '')
  expect(hostname).toBe(`${buildkitd.app}.internal`)
  expect(buildkitd.checks.listens?.port).toBe(Number(port))
  expect(buildkitd.processes?.app).toContain(`--addr tcp://[::]:${port} `)
  expect(new URL(env.FLYOPS_OAUTH_ISSUER ?? '').host).toBe(`${identity.app}.fly.dev`)
  expect(identity.env.KC_HOSTNAME).toBe(`https://${identity.app}.fly.dev`)
})

test('what the settings and the command line name comes as a file', async () => {
  const placed = files.map(({ guest_path: path }) => path)
  const certs = ['ca.pem', 'cert.pem', 'key.pem']
  for (const name of certs) expect(placed).toContain(`${env.FLYOPS_BUILDKIT_CERTS}/${name}`)
  expect(placed).toContain(env.FLYOPS_POLICY)
  const buildkitd = await read('buildkitd')
  for (const { guest_path: path } of buildkitd.files)
    expect(buildkitd.processes?.app).toContain(path)
  const secrets = [...files, ...buildkitd.files].flatMap(({ secret_name: name }) => name ?? [])
  for (const name of secrets) expect(page).toContain(name)
})

test('its rules can be read', () => {
  const [{ local_path: path = '' } = { local_path: '' }] = files
  expect(basename(path)).toBe('rules.toml')
  expect(openRules(join(projectRoot, path))().rules).toHaveLength(2)
})
