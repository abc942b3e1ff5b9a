#!/usr/bin/env node
// Written in syntax that Node 12 reads, so that an old Node gets an answer and not a stack trace.
import fs from 'fs'
import { keepCompiledCode } from './compile-cache.js'

function readVersion() {
  return JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}

/** A client of MCP shows its user what its requests are answered, and seldom what is on standard error. */
function refuseRequests(message) {
  let text = ''
  process.stdin.setEncoding('utf8')
  process.stdin.on('data', (chunk) => {
    const lines = (text + chunk).split('\n')
    text = lines.pop().slice(0, 65536)
    for (const line of lines) refuse(line, message)
  })
}

function refuse(line, message) {
  try {
    const { id, method } = JSON.parse(line)
    if (method === undefined || id === undefined) return
    const error = { code: -32603, message }
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, error }) + '\n')
  } catch (_error) {
    // Nobody waits for an answer to what is no request.
  }
}

const [verb] = process.argv.slice(2)
if (Number(process.versions.node.split('.')[0]) < 22) {
  const message = 'flyops needs Node.js 22 or newer; this is ' + process.version
  process.stderr.write(message + '\n')
  process.exitCode = 1
  if ((verb === undefined || verb === 'serve') && !process.stdin.isTTY) refuseRequests(message)
} else if (verb === '--version') {
  process.stdout.write(readVersion() + '\n')
} else {
  keepCompiledCode()
  import('./app.js')
}
