import type { ServerEntry } from './client.js'

export const plain = ({ command, args }: ServerEntry) => ({ command, args: [...args] })
export const typed = (entry: ServerEntry) => ({ type: 'stdio', ...plain(entry) })

/** For clients that take the whole command as one list. */
export const asOneCommand = ({ command, args }: ServerEntry) => ({
  type: 'local',
  command: [command, ...args],
})

const filledIn = (name: string) => `\${${name}}`

/** The login by its name, never its value, for clients that keep their own variables from servers. */
export const named = (reference: string) => ({ env: { FLY_API_TOKEN: filledIn(reference) } })

/** What VS Code and its likes put in for the folder that is open. */
export const openFolder = filledIn('workspaceFolder')
/** Of clients that start servers in the project's folder. */
export const startFolder = '.'

export const keepsVariables =
  'It passes no FLY_API_TOKEN on: log in with `fly auth login`, which flyops finds by itself.'
