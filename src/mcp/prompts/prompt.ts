import { appNameForm, appNamePattern } from '../../flow/app-name.js'

/** What an argument of a prompt names. */
export type Named = 'app' | 'image'

export interface PromptArgument {
  readonly name: Named
  readonly description: string
  readonly required?: true
}

/** What a person starts by its name, with words that a model follows. */
export interface Prompt {
  readonly name: string
  readonly title: string
  readonly description: string
  /** The prompt is offered to whoever is offered this tool. */
  readonly tool: string
  readonly arguments: readonly PromptArgument[]
  text(given: Given): string
}

/** Values that have the form of what they name. */
export type Given = Readonly<Partial<Record<Named, string>>>

interface Form {
  readonly pattern: RegExp
  /** Follows the name of the argument. */
  readonly form: string
}

/** Anything else would be words that the model takes for its user's. */
export const formsOfNames: Readonly<Record<Named, Form>> = {
  app: { pattern: appNamePattern, form: appNameForm },
  image: { pattern: /^[\w.:/@-]{1,512}$/, form: 'must be a reference of an image' },
}
