import { createHiddenValues } from '../../process/hidden-values.js'

/** Planted secrets, looked for in whatever a run has shown. */
export interface Secrets {
  /** The text with `[secret NAME]` where a value was, in any of the forms in which programs write it. */
  cutOut(text: string): string
  /** The names of those whose values are in the text. */
  shownIn(text: string): readonly string[]
}

export function createSecrets(values: Readonly<Record<string, string>>): Secrets {
  const all = Object.entries(values).map(([name, value]) => {
    const hidden = createHiddenValues()
    hidden.add(value)
    return { name, cutOut: (text: string) => hidden.cutOut(text, `[secret ${name}]`) }
  })
  return {
    cutOut: (text) => all.reduce((clean, { cutOut }) => cutOut(clean), text),
    shownIn: (text) => all.filter(({ cutOut }) => cutOut(text) !== text).map(({ name }) => name),
  }
}
