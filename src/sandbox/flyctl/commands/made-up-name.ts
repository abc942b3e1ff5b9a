const adjectives =
  'autumn hidden bitter misty silent empty dry dark summer icy delicate quiet white cool spring winter patient twilight dawn crimson wispy blue cold damp falling frosty green long late little morning muddy old red rough still small shy wild black young'.split(
    ' ',
  )
const nouns =
  'waterfall river breeze moon rain wind sea morning snow lake sunset pine shadow leaf dawn glitter forest hill cloud meadow sun glade bird brook butterfly bush dew dust field fire flower feather grass haze mountain night pond sky'.split(
    ' ',
  )

/** A name such as "still-feather-042", as flyctl makes them up. */
export function makeUpName(): string {
  const pick = (words: readonly string[]) => words[Math.floor(Math.random() * words.length)] ?? ''
  const number = String(Math.floor(Math.random() * 1000)).padStart(3, '0')
  return `${pick(adjectives)}-${pick(nouns)}-${number}`
}
