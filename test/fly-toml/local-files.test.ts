import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composeConfig } from '../../src/fly-toml/compose.js'
import { checkLocalPaths } from '../../src/fly-toml/local-files.js'

let parent: string
let root: string
let folder: string

beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'flyops-local-')))
  root = join(parent, 'project')
  folder = join(root, 'site')
  await mkdir(join(folder, 'public', 'deep'), { recursive: true })
  await writeFile(join(parent, 'secret'), 'hush')
  await writeFile(join(root, 'shared.conf'), '')
  await writeFile(join(folder, 'nginx.conf'), '')
  await writeFile(join(folder, 'public', 'deep', 'index.html'), '')
})
afterEach(() => rm(parent, { recursive: true, force: true }))

async function check(text: string): Promise<void> {
  const base = { path: 'fly.toml', text, isTarget: false }
  const { localPaths } = composeConfig({ app: 'a', image: 'r/a:1', settings: {}, base })
  await checkLocalPaths(localPaths, { root, folder })
}

const files = (path: string) =>
  `[[files]]\nguest_path = "/x"\nlocal_path = ${JSON.stringify(path)}\n`
const statics = (path: string) =>
  `[[statics]]\nurl_prefix = "/"\nguest_path = ${JSON.stringify(path)}\n`
const machine = (json: string) => `machine_config = ${JSON.stringify(json)}\n`

test.each([
  ['files of the folder and the project', files('nginx.conf') + files('../shared.conf')],
  ['a file that is not there, of which flyctl says so', files('missing')],
  ['a folder', statics('public')],
  ['a folder of the image', statics('/app/public')],
  ['a folder of a bucket', `${statics('../..')}tigris_bucket = "mine"\n`],
  ['a file of a container', machine('{"containers":[{"files":[{"local_path":"nginx.conf"}]}]}')],
  ['a variable of that name', '[env]\nLOCAL_PATH = "/etc/passwd"\n'],
])('flyctl may read %s', async (_what, text) => {
  await check(text)
})

test.each([
  ['a file outside', files('../../secret')],
  ['an absolute path', files('/proc/self/environ')],
  ['a device', files('/dev/zero')],
  ['a table in place of a list', '[files]\nlocal_path = "/etc/passwd"\n'],
  ['keys in another case', '[[files]]\nLocal_Path = "/etc/passwd"\n'],
  ['both spellings', '[[files]]\nlocal_path = "nginx.conf"\nLOCAL_PATH = "/etc/passwd"\n'],
  ['a section in another case', '[[Files]]\nlocal_path = "/etc/passwd"\n'],
  ['a section that only Unicode spells so', '[["file\u017f"]]\nlocal_path = "/etc/passwd"\n'],
  ['a compose file of a build in another case', '[Build.compose]\nfile = "/etc/passwd"\n'],
  ['a folder outside', statics('../../plain')],
  ['a folder that holds a link', statics('linked')],
  ['a folder that is a link and leads out', statics('out')],
  ['a file of a machine', machine('{"files":[{"local_path":"/etc/passwd"}]}')],
  ['an experimental one', `[experimental]\n${machine('{"files":[{"local_path":"/etc/passwd"}]}')}`],
  [
    'a key that comes twice',
    machine('{"files":[{"local_path":"/etc/passwd","local_path":"nginx.conf"}]}'),
  ],
  ['an escaped key', machine('{"files":[{"LOCAL\\u005fpath" : "\\u002fetc/passwd"}]}')],
  ['a machine outside', 'machine_config = "../../machine.json"\n'],
  ['a machine of a file', 'machine_config = "machine.json"\n'],
  ['a named pipe', files('pipe')],
  ['a machine that is a named pipe', 'machine_config = "pipe"\n'],
])('flyctl may not read %s', async (_what, text) => {
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await mkdir(join(folder, 'linked', 'deep'), { recursive: true })
  await symlink('/proc/self', join(folder, 'linked', 'deep', 'it'))
  await mkdir(join(parent, 'plain'))
  await symlink(join(parent, 'plain'), join(folder, 'out'))
  const json = '{"containers": [{"files": [{"local_path": "/etc/passwd"}]}]}'
  await writeFile(join(folder, 'machine.json'), json)
  await writeFile(join(parent, 'machine.json'), '{}')
  await expect(check(text)).rejects.toMatchObject({ code: 'config_invalid', stage: 'config' })
})
