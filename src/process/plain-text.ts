const esc = '\u001b'
const bel = '\u0007'

/** OSC, DCS, SOS, PM and APC with what they carry, to their end on the same line (ECMA-48, 5.6; xterm ends them by BEL too). */
const controlString = new RegExp(
  `(?:${esc}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\\n${bel}${esc}\u0080-\u009f]*(?:${bel}|${esc}\\\\|\u009c)`,
  'g',
)

/** CSI with its parameters: colours, the cursor, clearing (ECMA-48, 5.4). */
const controlSequence = new RegExp(`(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]`, 'g')

/** Every other escape sequence: a reset, a character set (ECMA-35, 13.2). */
const escapeSequence = new RegExp(`${esc}[ -/]*[0-~]`, 'g')

/** C0 and C1, and what shows nothing, reorders text or hides it: bidi controls, zero-width and tag characters. */
const unseen = /(?![\t\n])\p{Cc}|\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu

const printable = /^[\t\n -~]*$/

/**
 * What a text shows, and nothing that it does: no escape sequences, no control characters but \n and \t, nothing
 * invisible. Lines end in \n alone; a lone surrogate, which UTF-8 cannot hold, is U+FFFD.
 */
export function plainText(text: string): string {
  if (printable.test(text)) return text
  return text
    .replace(controlString, '')
    .replace(controlSequence, '')
    .replace(escapeSequence, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0085\u2028\u2029]/g, ' ')
    .replace(unseen, '')
    .toWellFormed()
}

/** At most so many characters, the last of them a mark where there were more. */
export function cutText(text: string, maxChars: number): string {
  return text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text
}
