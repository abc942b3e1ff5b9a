/** Fly's own "no", with the words and the HTTP status that its API uses for it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly httpStatus: number
  /** Machine-readable reason where Fly gives one, such as `name_taken`. */
  readonly reason: string | undefined

  constructor(httpStatus: number, message: string, reason?: string) {
    super(message)
    this.httpStatus = httpStatus
    this.reason = reason
  }
}
