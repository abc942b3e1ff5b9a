import { bundledPackages } from './bundled-packages.mjs'

const heading = `flyops holds code of these packages. Their licences ask that their words go with it.\n`

/** The licences of all packages in a bundle, as one text; words that several have stand there once. */
export async function notices(metafile) {
  const texts = Map.groupBy(await bundledPackages(metafile), textOf)
  const each = [...texts].map(
    ([text, packages]) => `${packages.map(nameOf).join('\n')}\n\n${text}\n`,
  )
  return [heading, ...each].join(`\n${'-'.repeat(80)}\n\n`)
}

function nameOf({ manifest: { name, version, license } }) {
  if (typeof license !== 'string') throw new Error(`${name} names no licence`)
  return `${name} ${version}, ${license}`
}

/** Of a package that comes without its licence's text, what its manifest says. */
function textOf({ manifest: { author }, licence }) {
  const by = typeof author === 'string' ? author : author?.name
  return licence || `By ${by}; its package has no text of its licence.`
}
