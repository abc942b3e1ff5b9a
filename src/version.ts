import manifest from '../package.json' with { type: 'json' }

/** flyops' own version, as package.json names it. */
export const version: string = manifest.version

/** Where people read about it. */
export const websiteUrl: string = manifest.homepage
