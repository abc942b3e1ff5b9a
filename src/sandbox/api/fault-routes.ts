import { Hono } from 'hono'
import { addFault, clearFaults, listFaults } from '../faults/edit.js'
import { newFault } from '../faults/fault.js'
import { Refusal } from '../platform/refusal.js'
import type { Served } from './context.js'

/** `/sandbox/faults`, which Fly does not have: what `flyops sandbox fault` does, for programs. */
export function faultRoutes({ faultFile }: Served): Hono {
  const routes = new Hono()
  routes.get('/', async (c) => c.json(await listFaults(faultFile)))
  routes.post('/', async (c) => {
    return c.json(await addFault(faultFile, newFault.parse(await c.req.json())), 201)
  })
  routes.delete('/:id?', async (c) => {
    const id = c.req.param('id')
    if (!(await clearFaults(faultFile, id))) throw new Refusal(404, `no fault is called ${id}`)
    return c.json({ ok: true })
  })
  return routes
}
