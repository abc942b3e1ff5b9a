/** Some JSON, read without promises: what is not there fails the assertion. */
export interface Json {
  readonly [key: string]: Json
}

export function items(list: Json | undefined): readonly Json[] {
  return Object.values(list ?? {})
}

export async function readJson(answer: Response): Promise<Json> {
  return JSON.parse(await answer.text())
}
