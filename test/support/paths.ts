import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built program, as users start it. */
export const mainScript = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** A folder with one of the small apps of test/fixtures/apps. */
export function fixtureApp(name: string): string {
  return fileURLToPath(new URL(`../fixtures/apps/${name}`, import.meta.url))
}

export function fixtureProgram(name: string): string {
  return fileURLToPath(new URL(`../fixtures/programs/${name}`, import.meta.url))
}

/** What a real flyctl printed, recorded. */
export function flyctlRecording(name: string): string {
  return fileURLToPath(new URL(`../fixtures/flyctl/${name}.json`, import.meta.url))
}

/** What flyctl asked of the Fly API, and the form of what it was answered. */
export const recordedRequests = fileURLToPath(
  new URL('../fixtures/fly-api/recorded.json', import.meta.url),
)

/** Fields and types of the JSON that a real flyctl printed, by command. */
export const printedForms = fileURLToPath(new URL('../fixtures/flyctl-forms.json', import.meta.url))

/** The folder of flyops itself. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** Lets a flyops that gets a home of its own find what Node has compiled of it before: else each start compiles it anew. */
export const compiledCode = {
  XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
}
