import { Hono } from 'hono'
import { z } from 'zod'
import { splitCommand } from '../../fly-toml/command-line.js'
import { Refusal } from '../platform/refusal.js'
import type { ApiContext } from './context.js'
import { changeableMachine, machineOf } from './parameters.js'

/** A name, or its number. */
const signalInput = z.object({ signal: z.union([z.string().regex(/^[A-Z0-9]+$/), z.int()]) })
const execInput = z.object({ cmd: z.string(), timeout: z.number().nullish() })

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
    '/suspend': machines.suspend,
    '/restart': machines.restart,
    '/cordon': (id) => records.setCordoned(id, true),
    '/uncordon': (id) => records.setCordoned(id, false),
  }
  routes.post('/signal', async (c) => {
    const { signal } = signalInput.parse(await c.req.json())
    await machines.signal(changeableMachine(c, platform).id, String(signal))
    return c.json({ ok: true })
  })
  routes.post('/exec', async (c) => {
    const { cmd, timeout } = execInput.parse(await c.req.json())
    const command = splitCommand(cmd) ?? []
    if (command.length === 0) throw new Refusal(400, 'the command cannot be read')
    const timeoutMs = (timeout || 60) * 1000
    const result = await machines.exec(machineOf(c, platform).id, { command, timeoutMs })
    if (result.outcome === 'timed_out') throw new Refusal(408, 'deadline_exceeded')
    return c.json({
      exit_code: result.exitCode ?? 1,
      stdout: result.stdout,
      stderr: result.stderr,
    })
  })
  for (const [path, act] of Object.entries(actions)) {
    routes.post(path, (c) => {
      act(changeableMachine(c, platform).id)
      return c.json({ ok: true })
    })
  }
  return routes
}
