// Prints a table of what was measured, next to the limits; exit 1 past one. Arguments choose measurements by name.
import { buildFlood } from './build-flood.mjs'
import { checkHealth } from './check-health.mjs'
import { crashLoop } from './crash-loop.mjs'
import { doctor } from './doctor.mjs'
import { httpLoad } from './http-load.mjs'
import { install } from './install.mjs'
import { sandbox } from './sandbox.mjs'
import { ship } from './ship.mjs'
import { start } from './start.mjs'
import { toolsList } from './tools-list.mjs'
import { wave } from './wave.mjs'

const measurements = {
  install,
  start,
  'tools-list': toolsList,
  'build-flood': buildFlood,
  doctor,
  'http-load': httpLoad,
  ship,
  wave,
  'crash-loop': crashLoop,
  'check-health': checkHealth,
  sandbox,
}

function print({ name, value, limit = '', isKept = true }) {
  const line = `${name.padEnd(46)} ${value.padStart(10)}   ${limit}${isKept ? '' : '   MISSED'}`
  process.stdout.write(`${line.trimEnd()}\n`)
  if (!isKept) process.exitCode = 1
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !Object.hasOwn(measurements, name))
if (unknown.length > 0) {
  const names = Object.keys(measurements).join(', ')
  process.stderr.write(`There is no measurement ${unknown.join(', ')}: choose among ${names}.\n`)
  process.exit(2)
}
for (const [name, measure] of Object.entries(measurements)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  for await (const row of measure()) print(row)
}
