import { plainText } from '../process/plain-text.js'

/** "failed to run query ($app: …) { … }: the message"; no query contains "}: ", so the first one ends it (flyctl 2026.8). */
const graphqlQuery = /failed to run query *[({][\s\S]{0,8000}?\}: /g

/** Lines of test runners and of flyctl about what went well may quote failures: "✓ answers 401 Unauthorized". */
const passedLine = /^(?:#\d+ [\d.]+ )?[ \t]*(?:[✓✔√]|ok \d+\b)[^\n]*$/gm

/** A program's output as plain text, without passed tests and the GraphQL queries in flyctl's errors. */
export function whatFailed(output: string): string {
  return plainText(output).replace(graphqlQuery, '').replace(passedLine, '')
}
