/**
 * How long a `docker login` holds, while the token itself stays valid for the API.
 *
 * A login is a `GET /v2/` with the right credentials from a docker client. That is what
 * `docker login` sends, through the engine (`User-Agent: docker/…`) or by itself
 * (`Docker-Client/…`); pushes, pulls and `docker manifest inspect` ping `/v2/` too, but without
 * credentials (seen with clients 20.10 and 28 against engine 20.10). Other programs that ask
 * `GET /v2/` learn whether the login still holds, and do not renew it. No window is for a client that sends the token with
 * each request and never logs in: flyctl's own push through an engine (`docker/… UpstreamClient(Go-http-client/1.1)`), a
 * BuildKit, which asks whoever builds for the token (`buildkit/v0.17`, version/ua.go there, and for the layers of a base
 * `containerd/1.7`), and flyops itself.
 */
export interface LoginWindow {
  /** Called for each request with the right credentials; says whether the login holds. */
  admits(request: { method: string; path: string; userAgent: string }): boolean
}

export interface LoginWindowOptions {
  readonly seconds: number
  /** Milliseconds; any origin. */
  readonly now: () => number
}

const neverLogsIn = /^(?:buildkit|containerd|flyops)\/|UpstreamClient\(Go-http-client/

export function createLoginWindow({ seconds, now }: LoginWindowOptions): LoginWindow {
  let endsAtMs = Number.NEGATIVE_INFINITY
  return {
    admits({ method, path, userAgent }) {
      const isLogin = method === 'GET' && path === '/v2/' && /^docker(-client)?\//i.test(userAgent)
      if (isLogin) endsAtMs = now() + seconds * 1000
      return now() < endsAtMs || neverLogsIn.test(userAgent)
    },
  }
}
