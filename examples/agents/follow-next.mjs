// What an agent does that only follows `next`: the calls of an error, or of work that is not done, come before what was
// planned; where nothing is planned any more, it takes what the last result proposes. It ends at a healthy app, and where
// nothing is proposed.
import process from 'node:process'

const mostCalls = 12

/** `callTool` takes a name and arguments, and resolves with the result as MCP has it. */
export async function followNext(first, callTool) {
  let plan = [first]
  for (let made = 0; made < mostCalls && plan.length > 0; made += 1) {
    const [call, ...rest] = plan
    const { isDone, verdict, next } = read(await callTool(call.tool, call.arguments ?? {}))
    process.stdout.write(`${call.tool}: ${isDone ? (verdict ?? 'done') : 'not done'}\n`)
    if (isDone && verdict === 'healthy' && rest.length === 0) return
    if (isDone) plan = rest.length > 0 ? rest : next
    else plan = next.length > 0 ? [...next, ...rest] : []
  }
}

function read({ isError, structuredContent = {}, _meta = {} }) {
  if (isError) return { isDone: false, next: _meta['flyops/error']?.next ?? [] }
  const { status = 'done', next = [] } = structuredContent
  // get_job has the result of the work in its own.
  const { verdict, results = [] } = structuredContent.result ?? structuredContent
  const verdicts = [verdict, ...results.map((each) => each.verdict)]
  const isHealthy = verdicts.some(Boolean) && verdicts.every((each) => !each || each === 'healthy')
  return { isDone: status === 'done', verdict: isHealthy ? 'healthy' : verdict, next }
}
