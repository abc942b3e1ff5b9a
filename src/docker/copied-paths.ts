import { parseJson } from '../process/json.js'

/**
 * Whether a Dockerfile may take a path of its build context into the image: by COPY, ADD or a bind mount (Dockerfile
 * reference, BuildKit 0.17). Where that is not plain, it may; what the base image adds by ONBUILD is not seen.
 */
export function copying(dockerfile: string): (path: string) => boolean {
  if (isReadOtherwise(dockerfile)) return () => true
  const sources = dockerfile
    .replaceAll(/\\[ \t]*\r?\n(?:[ \t]*#.*\n)*/g, ' ')
    .split('\n')
    .flatMap(sourcesOf)
  return (path) => {
    const wanted = path.replace(/\/$/, '')
    return sources.some((source) => source === '' || isIn(wanted, source) || isIn(source, wanted))
  }
}

/** Another escape character, or a frontend of somebody else's, which may take whatever it likes. */
function isReadOtherwise(dockerfile: string): boolean {
  const frontend = /^#\s*syntax\s*=\s*(\S*)/im.exec(dockerfile)?.[1] ?? 'docker/dockerfile'
  const isDockers = /^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/.test(frontend)
  return !isDockers || /^#\s*escape\s*=/im.test(dockerfile)
}

const everything = ['']

/** Paths of one instruction, without a slash at either end; '' is the whole context. */
function sourcesOf(line: string): readonly string[] {
  if (/^\s*(?:ONBUILD\s+)?RUN\s/i.test(line)) return bindsContext(line) ? everything : []
  const [, rest] = /^\s*(?:ONBUILD\s+)?(?:COPY|ADD)\s+(.*)$/i.exec(line) ?? []
  if (rest === undefined) return []
  const [, flags = '', given = ''] = /^((?:--\S+\s+)*)(.*)$/.exec(rest) ?? []
  // From a stage, or from another image.
  if (/(?:^|\s)--from=/.test(flags)) return []
  const words = given.startsWith('[') ? parseJson(given) : given.trim().split(/\s+/)
  if (!Array.isArray(words) || words.length < 2) return everything
  return words.slice(0, -1).flatMap((word) => plain(String(word)))
}

function plain(source: string): readonly string[] {
  if (/^https?:\/\//i.test(source)) return []
  if (/[$*?[\]\\"'<]|\.\./.test(source)) return everything
  return [
    source
      .replace(/^\.?\/+/, '')
      .replace(/\/+$/, '')
      .replace(/^\.$/, ''),
  ]
}

/** A mount is a bind mount of the context unless it says otherwise. */
function bindsContext(line: string): boolean {
  const mounts = line.match(/(?<=--mount=)\S+/g) ?? []
  const isOther = (option: string) => /^(?:type=(?:cache|secret|ssh|tmpfs)|from=.+)$/.test(option)
  return mounts.some((mount) => !mount.split(',').some(isOther))
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
