import { join } from 'node:path'
import { runLesson } from './lesson.mjs'
import { ratio } from './rows.mjs'
import { withSampleAt } from './sample.mjs'

/**
 * A first and a repeated ship next to the lesson's commands: where flyctl watches each machine for ten seconds, as at
 * Fly, and where it hardly does, so that all else shows.
 */
export async function* ship() {
  yield* await withSampleAt('fly', async (place) => rowsAtFly(await compare(place, 3, {})))
  yield* await withSampleAt('quick', async (place) =>
    rowsAtOnce(await compare(place, 7, { skip_test: true })),
  )
}

/** The lesson, a ship and the same ship again, some rounds. */
async function compare({ root, commit, env, call }, rounds, settings) {
  const times = { lesson: [], first: [], repeated: [] }
  let resultBytes = 0
  const docker = { ...env, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: join(root, '.git', 'docker') }
  for (let round = 0; round < rounds; round += 1) {
    await commit({ 'www/version': `lesson ${round}` })
    times.lesson.push(await timed(() => runLesson({ app: `lesson-${round}`, root, env: docker })))
    await commit({ 'www/version': `ship ${round}` })
    const shipped = { app: `ship-${round}`, ...settings }
    const first = await call('ship', shipped)
    times.first.push(first.durationMs)
    for (let again = 0; again < 3; again += 1)
      times.repeated.push((await call('ship', shipped)).durationMs)
    resultBytes = Math.max(resultBytes, first.sizeBytes)
  }
  return { ...times, resultBytes }
}

async function timed(work) {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function rowsAtFly({ lesson, first }) {
  return [ratio('first ship at Fly’s pace / the lesson by hand', first, lesson, 0.5)]
}

function rowsAtOnce({ lesson, first, repeated, resultBytes }) {
  return [
    ratio('first ship without test_image / the lesson', first, lesson, 0.9),
    ratio('repeated ship / the lesson', repeated, lesson, 0.1),
    {
      name: 'result of one ship',
      value: `${resultBytes} B`,
      limit: '≤ 3000 B',
      isKept: resultBytes <= 3_000,
    },
  ]
}
