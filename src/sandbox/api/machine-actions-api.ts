import { Hono } from 'hono'
import type { ApiContext } from './context.js'
import { changeableMachine } from './parameters.js'

/** `/v1/apps/:app/machines/:id/start` and its like: they answer before they are carried out. */
export function machineActionRoutes({ platform, machines }: ApiContext): Hono {
  const { machines: records } = platform
  const routes = new Hono()
  routes.post('/start', (c) => {
    const { id, state } = changeableMachine(c, platform)
    machines.start(id)
    return c.json({ previous_state: state })
  })
  const actions: Readonly<Record<string, (id: string) => void>> = {
    '/stop': machines.stop,
    '/restart': machines.restart,
    '/cordon': (id) => records.setCordoned(id, true),
    '/uncordon': (id) => records.setCordoned(id, false),
  }
  for (const [path, act] of Object.entries(actions)) {
    routes.post(path, (c) => {
      act(changeableMachine(c, platform).id)
      return c.json({ ok: true })
    })
  }
  return routes
}
