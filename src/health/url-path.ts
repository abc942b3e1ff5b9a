/** Longer ones are no path that somebody typed. */
export const maxUrlPathChars = 2_048

/**
 * A path of a URL, with its query. It begins with one slash: two, or one and a backslash, begin another host (WHATWG
 * URL, relative slash state). No spaces, nothing that a toml or a header could misread.
 */
export const urlPathPattern = /^\/(?:[\w\-.~%?&=+:@!$*,;][\w\-./~%?&=+:@!$*,;]*)?$/
