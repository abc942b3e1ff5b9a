import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProjectWith, type Project } from '../support/project.js'
import { type ShownSteps, statusesOf } from '../support/steps.js'
import { flyctls, uniqueName } from './flyctls.js'

/** A server that nobody has told of Fly: no toml, no EXPOSE, another port, a path of its own. */
const dockerfile = `FROM busybox
STOPSIGNAL SIGKILL
RUN mkdir /www && echo works >/www/healthz
CMD ["httpd", "-f", "-p", "3000", "-h", "/www"]
`

describe.each(flyctls)('an app of one’s own, with $name', ({ isThere, env }) => {
  let project: Project | undefined
  let client: TestClient | undefined
  afterAll(async () => {
    await client?.close()
    await project?.remove()
  })

  test.skipIf(!isThere)('ships in one call, and once', async () => {
    const app = uniqueName('own')
    const fill = (root: string) => writeFile(join(root, 'Dockerfile'), dockerfile)
    project = await createProjectWith(app, fill)
    client = await connectClient({ root: project.root, env: env() })
    const shipped = await client.call('ship', { app })
    expect(shipped).toMatchObject({ verdict: 'healthy', release: 1 })
    const again = await client.call<{ steps: ShownSteps }>('ship', { app })
    expect(statusesOf(again.steps)).toEqual(Array(5).fill('skipped'))
    expect(await client.call('check_health', { app })).toMatchObject({
      verdict: 'healthy',
      probe: { url: expect.stringContaining('/healthz'), status: 200 },
    })
  })
})
