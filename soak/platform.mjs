/** What the API of a sandbox tells. */
export function askPlatform({ FLY_API_BASE_URL, FLY_API_TOKEN }) {
  async function ask(path, body) {
    // No connection to a process that is killed is used again.
    const headers = { authorization: `Bearer ${FLY_API_TOKEN}`, connection: 'close' }
    const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${FLY_API_BASE_URL}${path}`, { headers, ...how })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  async function apps() {
    return (await ask('/v1/apps?org_slug=personal')).apps.map(({ name }) => name)
  }

  async function releases(app) {
    const query = `{ app(name: "${app}") { releases(first: 100) { nodes { id version } } } }`
    return (await ask('/graphql', { query })).data.app.releases.nodes
  }

  async function ofEach(names, read) {
    const lists = await Promise.all(
      names.map(async (app) => (await read(app)).map((each) => ({ ...each, app }))),
    )
    return lists.flat()
  }

  const machines = (app) => ask(`/v1/apps/${app}/machines`)
  return {
    createApp: (name) => ask('/v1/apps', { name, org_slug: 'personal' }),
    setSecret: (app, name, value) => ask(`/v1/apps/${app}/secrets`, { values: { [name]: value } }),
    async read() {
      const names = await apps()
      return {
        apps: names.map((name) => ({ name })),
        machines: await ofEach(names, machines),
        releases: await ofEach(names, releases),
        secrets: await ofEach(names, async (app) => (await ask(`/v1/apps/${app}/secrets`)).secrets),
      }
    },
    /** Until nothing is on its way from one state to another. */
    async settle() {
      for (const app of await apps())
        for (const { id } of await machines(app))
          await ask(`/v1/apps/${app}/machines/${id}/wait?state=settled&timeout=60`)
    },
  }
}

const keys = {
  apps: ({ name }) => name,
  machines: ({ app, id }) => `${app} ${id}`,
  releases: ({ app, id, version }) => `${app} ${id} v${version}`,
  secrets: ({ app, name, digest }) => `${app} ${name} ${digest}`,
}

/** Whatever was there before and is not any more. */
export function lostBetween(before, after) {
  return Object.entries(keys).flatMap(([kind, key]) => {
    const found = new Set(after[kind].map(key))
    return before[kind]
      .map(key)
      .filter((each) => !found.has(each))
      .map((each) => `one of the ${kind}: ${each}`)
  })
}
