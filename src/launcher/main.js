#!/usr/bin/env node
// Written in syntax that Node 12 reads, so that an old Node gets an answer and not a stack trace.
import fs from 'fs'
import { keepCompiledCode } from './compile-cache.js'

function readVersion() {
  return JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}

if (Number(process.versions.node.split('.')[0]) < 22) {
  process.stderr.write('flyops needs Node.js 22 or newer; this is ' + process.version + '\n')
  process.exitCode = 1
} else if (process.argv[2] === '--version') {
  process.stdout.write(readVersion() + '\n')
} else {
  keepCompiledCode()
  import('./app.js')
}
