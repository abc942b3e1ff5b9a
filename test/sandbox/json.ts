/** Some JSON, read without promises: what is not there fails the assertion. */
export interface Json {
  readonly [key: string]: Json
}

export function items(list: Json | undefined): readonly Json[] {
  return Object.values(list ?? {})
}

/** Of an answer without a body, an empty object. */
export async function readJson(answer: Response): Promise<Json> {
  const text = await answer.text()
  return text === '' ? {} : JSON.parse(text)
}
