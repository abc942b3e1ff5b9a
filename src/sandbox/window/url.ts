/** Where a person's browser shows the sandbox. The key is a fragment, which no browser sends to a server. */
export function windowUrl({
  apiUrl,
  token,
}: {
  readonly apiUrl: string
  readonly token: string
}): string {
  return `${apiUrl}/window/index.html#${token}`
}
