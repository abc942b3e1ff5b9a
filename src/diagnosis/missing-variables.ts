const anyName = '[A-Z][A-Z0-9_]{1,63}'
/** Without a word such as "variable" beside it, capitals alone may be anything: "HTTP is required". */
const telling = '[A-Z][A-Z0-9]{0,31}_[A-Z0-9_]{1,63}'
const quote = '["\'`]?'
const names = `${quote}(?:${anyName})${quote}(?:,? (?:and )?${quote}${telling}${quote}){0,9}`
const variable = '(?:[Ee]nv(?:ironment)?[ -]?)?(?:[Vv]ariable|[Vv]ar|[Ss]ecret)(?:s|\\(s\\))?'
const lacks =
  '(?:(?:(?:is|was|are|were) )?(?:not (?:set|defined|found|provided|present|configured)|unset|undefined|missing|required|empty)|(?:must|has to|have to|needs to|should) be (?:set|defined|provided|configured|given))\\b'

/**
 * How programs say which variable they miss: Python's os.environ, Ruby's ENV.fetch, Go's envconfig, Prisma, and
 * people in words of their own, such as "DATABASE_URL is not set" or "Missing required environment variable PORT".
 */
export const missingVariables = new RegExp(
  [
    `\\bKeyError: ["']${anyName}["']`,
    `\\bkey not found: ["']${anyName}["']`,
    `\\brequired key ${anyName} missing value`,
    `\\b${variable} not found: ${names}`,
    `\\b[Mm]issing (?:(?:the|a|required|mandatory) )*${variable}:? ${names}`,
    `\\b[Mm]issing:? ${quote}${telling}`,
    `\\b${variable} ${names} ${lacks}`,
    `(?:^|[^A-Z0-9_.])${quote}${telling}${quote}(?: (?:environment )?${variable})? ${lacks}`,
  ].join('|'),
)

const most = 10

/** The names of the variables that a program's last words miss, at most 10. */
export function missingVariablesIn(text: string): readonly string[] {
  const found = text.matchAll(new RegExp(missingVariables, 'g'))
  const all = [...found].flatMap(([words]) => words.match(namesIn) ?? [])
  return [...new Set(all)].slice(0, most)
}

const namesIn = new RegExp(`(?<![A-Za-z0-9_])${anyName}(?![A-Za-z0-9_])`, 'g')
