import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { snippetOf } from '../../src/install/change.js'
import { clientNamed, surroundingsIn } from '../install/put.js'
import { projectRoot } from '../support/paths.js'

const page = await readFile(join(projectRoot, 'README.md'), 'utf8')

/** The address behind a button of the README, which leads on to the client itself. */
function linkTo(start: string): URL {
  const found = page.split(start)[1]?.split(')')[0]
  return new URL(`${start}${found}`)
}

function entryOf(name: string): unknown {
  const client = clientNamed(name)
  const [place] = client.places
  const surroundings = surroundingsIn('/home/joe')
  const settings = JSON.parse(snippetOf({ client, place, surroundings, sandbox: false }))
  return settings[client.serversKey].flyops
}

test('the button for VS Code adds what flyops install writes', () => {
  const { searchParams } = linkTo('https://insiders.vscode.dev/redirect/mcp/install?')
  expect(searchParams.get('name')).toBe('flyops')
  expect(JSON.parse(searchParams.get('config') ?? '')).toEqual(entryOf('vscode'))
})

test('the button for Cursor adds what flyops install writes', () => {
  const { searchParams } = linkTo('https://cursor.com/en/install-mcp?')
  expect(searchParams.get('name')).toBe('flyops')
  const config = Buffer.from(searchParams.get('config') ?? '', 'base64').toString()
  expect(JSON.parse(config)).toEqual(entryOf('cursor'))
})
