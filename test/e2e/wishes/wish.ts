import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { test } from 'vitest'
import { connectClient } from '../../support/client.js'
import { createProjectWith, type Project } from '../../support/project.js'

export interface NextCall {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface Answer {
  readonly isError: boolean
  readonly text: string
  /** Of a failure, the machine form of the error. */
  readonly told: Readonly<Record<string, unknown>> & { readonly next?: readonly NextCall[] }
}

/** What a person wants of one project, fulfilled with the tools alone. */
export interface Wish {
  readonly project: Project
  /** Makes what is there before; fails the test where that fails. It counts for nothing. */
  prepare(tool: string, args: object): Promise<void>
  call(tool: string, args: object): Promise<Answer>
  /** Makes a call that the last answer offered: the first of that tool, unless none is named. */
  follow(tool?: string): Promise<Answer>
  calls(): number
  /** What a model has read: the text of each answer, or its structured part where that is longer. */
  readBytes(): number
  /** Ends what was shipped; machines that go on would slow other tests down. */
  clears(...apps: readonly string[]): void
}

export type Files = Readonly<Record<string, string>>

interface Opened extends Wish {
  close(): Promise<void>
}

type Open = (files: Files, env: Readonly<Record<string, string>>) => Promise<Wish>

/** A test that can open wishes: each has a server and a repository of its own with these files, until the test has ended. */
export const wishTest = test.extend<{ open: Open }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures are used.
  open: async ({}, use) => {
    const opened: Opened[] = []
    await use(async (files, env) => {
      const wish = await openWish(files, env)
      opened.push(wish)
      return wish
    })
    for (const wish of opened) await wish.close()
  },
})

async function openWish(files: Files, env: Readonly<Record<string, string>>): Promise<Opened> {
  const project = await createProjectWith('it', async (root) => {
    await writeFiles(root, files)
  })
  const client = await connectClient({ root: project.root, env })
  const apps: string[] = []
  let calls = 0
  let readBytes = 0
  let last: Answer | undefined
  async function send(name: string, args: object) {
    const params = { name, arguments: { ...args } }
    const options = { timeout: 175_000 }
    const result = (await client.client.callTool(params, undefined, options)) as CallToolResult
    const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
    const structured = JSON.stringify(result.structuredContent ?? {})
    const told = result.isError ? result._meta?.['flyops/error'] : result.structuredContent
    const answer = { isError: result.isError === true, text, told: told as Answer['told'] }
    return { answer, bytes: Math.max(Buffer.byteLength(text), Buffer.byteLength(structured)) }
  }
  async function ask(name: string, args: object): Promise<Answer> {
    const { answer, bytes } = await send(name, args)
    calls += 1
    readBytes += bytes
    last = answer
    return answer
  }
  return {
    project,
    async prepare(tool, args) {
      const { answer } = await send(tool, args)
      if (answer.isError) throw new Error(answer.text)
    },
    call: ask,
    async follow(tool) {
      const offered = last?.told.next ?? []
      const call = tool === undefined ? offered[0] : offered.find((each) => each.tool === tool)
      if (call === undefined) throw new Error(`${tool} is not offered: ${last?.text}`)
      return ask(call.tool, call.arguments)
    },
    calls: () => calls,
    readBytes: () => readBytes,
    clears: (...more) => void apps.push(...more),
    async close() {
      for (const app of apps) await send('destroy_app', { app, confirm: app })
      await client.close()
      await project.remove()
    },
  }
}

async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}
