// Holds lint/imports.json: which module of src may import which, which package has one module that uses it, and what is
// not loaded with the rest.
import { readFileSync } from 'node:fs'

const table = JSON.parse(readFileSync(new URL('lint/imports.json', import.meta.url), 'utf8'))
const base = `^src/(${table.base.join('|')})\\.ts$`
const names = Object.keys(table.modules)

/** A module is a folder of src, or a file. */
function pathOf(module) {
  return module === 'base' ? base : `^src/${module}(/|\\.ts$)`
}

function rule(name, from, to) {
  return { name, severity: 'error', from, to }
}

const directions = Object.entries(table.modules).map(([module, uses]) =>
  rule(
    `${module} imports only ${['base', ...uses].join(', ')}`,
    { path: pathOf(module) },
    { path: '^src/', pathNot: [module, 'base', ...uses].map(pathOf) },
  ),
)

const packages = Object.entries(table.packages).map(([name, users]) =>
  rule(
    users.length === 0 ? `nobody imports ${name}` : `only ${[users].flat()} imports ${name}`,
    { path: '^src/', pathNot: [users].flat().map(pathOf) },
    { path: [`(^|/)node_modules/${name}/`, `^${name}$`] },
  ),
)

const late = Object.entries(table.late).map(([file, reason]) =>
  rule(
    `${file} is imported when it is needed: ${reason}`,
    { path: '^src/' },
    { path: `^src/${file}$`, dependencyTypesNot: ['dynamic-import'] },
  ),
)

export default {
  forbidden: [
    rule('no circles, of types neither', {}, { circular: true }),
    rule('every import leads somewhere', { pathNot: '^src/launcher/' }, { couldNotResolve: true }),
    rule('base imports nothing else', { path: base }, { path: '^src/', pathNot: base }),
    rule(
      'every file is in a module',
      { path: '^src/', pathNot: ['base', ...names].map(pathOf) },
      {},
    ),
    ...directions,
    ...packages,
    ...late,
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
}
