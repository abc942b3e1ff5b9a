import { bundledPackages } from './bundled-packages.mjs'

const heading = `flyops holds code of these packages. Their licences ask that their words go with it.\n`

/** The licences of all packages in a bundle, as one text. */
export async function notices(metafile) {
  const packages = await bundledPackages(metafile)
  return [heading, ...packages.map(notice)].join(`\n${'-'.repeat(80)}\n\n`)
}

/** A package that comes without its licence's text is named with what its manifest says. */
function notice({ manifest: { name, version, license, author }, licence }) {
  if (typeof license !== 'string') throw new Error(`${name} names no licence`)
  const by = typeof author === 'string' ? author : author?.name
  return `${name} ${version}, ${license}\n\n${licence || `By ${by}; its package has no text of its licence.`}\n`
}
