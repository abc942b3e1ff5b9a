import { cutText } from '../process/plain-text.js'
import { maxUrlPathChars, urlPathPattern } from './url-path.js'

export interface Redirect {
  /** Where a 3xx points to; as it stands in the answer where that is no address. */
  readonly redirect: string | undefined
  /** The path to ask instead, where it points to one of the app itself. */
  readonly redirectPath: string | undefined
}

const shownChars = 500

/** Reads a redirect without following it. */
export function readRedirect({ status, headers }: Response, asked: URL): Redirect {
  const location = status >= 300 && status < 400 ? headers.get('location') : null
  if (location === null) return { redirect: undefined, redirectPath: undefined }
  if (!URL.canParse(location, asked.href))
    return { redirect: cutText(location, shownChars), redirectPath: undefined }
  const to = new URL(location, asked)
  const path = `${to.pathname}${to.search}`
  const isPath = path.length <= maxUrlPathChars && urlPathPattern.test(path)
  const isOther = path !== `${asked.pathname}${asked.search}`
  return {
    redirect: cutText(to.href, shownChars),
    redirectPath: to.hostname === asked.hostname && isPath && isOther ? path : undefined,
  }
}
