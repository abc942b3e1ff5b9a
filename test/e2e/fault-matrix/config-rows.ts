import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { calls, type Row, type Scene } from './row.js'

/** A small disk under the folder of the configuration, and it is full. */
async function fullDisk({ project }: Scene) {
  const folder = join(project.root, 'full')
  await mkdir(folder)
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', folder])
  await writeFile(join(folder, 'filling'), 'x'.repeat(4096))
  return { undo: async () => void (await execa('umount', [folder])) }
}

const canMount =
  process.getuid?.() === 0 &&
  (await execa('unshare', ['--mount', 'true'], { reject: false })).exitCode === 0

/** A file stands where the folder of the journal would be made. */
async function noJournal({ folder }: Scene) {
  const file = join(folder, 'file')
  await writeFile(file, '')
  return { env: { FLYOPS_STATE_DIR: join(file, 'state') } }
}

/** A folder stands where the journal would be. */
async function unreadableJournal({ folder }: Scene) {
  const state = join(folder, 'state')
  await mkdir(join(state, 'journal.jsonl'), { recursive: true })
  return { env: { FLYOPS_STATE_DIR: state } }
}

const broken = (line: string) => ({ Dockerfile: `FROM busybox\n${line}\n` })

export const configRows: readonly Row[] = [
  {
    name: 'the toml ends within a string',
    start: { progress: 'pushed', files: { 'broken.toml': "app = 'x'\nregion = \"ewr\n" } },
    call: calls.deploy({ base_config: 'broken.toml' }),
    expected: {
      code: 'config_invalid',
      diagnosis: 'toml_invalid',
      next: [],
      text: /line 2, column \d+/,
    },
    leavesToml: false,
  },
  {
    name: 'the toml has a text where a boolean belongs',
    start: {
      progress: 'pushed',
      files: {
        'fly.toml': "app = 'x'\n[http_service]\ninternal_port = 8080\nforce_https = 'maybe'\n",
      },
    },
    call: calls.deploy(),
    expected: { code: 'config_invalid', diagnosis: 'config_wrong_type', next: [] },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'the disk has no room for the toml',
    start: { progress: 'pushed', own: 'app' },
    canPlay: canMount,
    arrange: fullDisk,
    call: calls.deploy({ context: 'full' }),
    expected: {
      code: 'config_invalid',
      next: [],
      text: /could not be written: the disk is full/,
    },
    leavesToml: false,
  },
  {
    name: 'there is no Dockerfile',
    start: { progress: 'project' },
    call: ({ app }) => ({ tool: 'build_image', arguments: { app, context: 'www' } }),
    expected: { code: 'dockerfile_missing', next: [] },
    leavesToml: false,
  },
  {
    name: 'the Dockerfile has an instruction that does not exist',
    start: { progress: 'project', files: broken('RUNS true') },
    call: calls.build,
    expected: { code: 'build_failed', diagnosis: 'dockerfile_invalid', next: [] },
    leavesToml: false,
  },
  {
    name: 'the Dockerfile copies a file that is not there',
    start: { progress: 'project', files: broken('COPY nowhere /') },
    call: calls.build,
    expected: { code: 'build_failed', diagnosis: 'file_not_in_context', next: [] },
    leavesToml: false,
  },
  {
    name: 'a command of the Dockerfile fails',
    start: { progress: 'project', files: broken('RUN echo "npm error code E404" && exit 1') },
    call: calls.build,
    expected: { code: 'build_failed', diagnosis: 'build_step_failed', next: [], text: /E404/ },
    leavesToml: false,
  },
  {
    name: 'the image was never built',
    start: { progress: 'pushed' },
    call: ({ image }) => ({
      tool: 'push_image',
      arguments: { image: image.replace(/:[^:]*$/, ':0000000') },
    }),
    expected: { code: 'image_not_local', next: [calls.build], leadsTo: { dirty: false } },
    leavesToml: false,
  },
  {
    name: 'the journal cannot be written: a warning',
    start: { progress: 'pushed', own: 'app' },
    arrange: noJournal,
    call: calls.deploy(),
    expected: {
      result: { verdict: 'healthy', warnings: [{ code: 'journal_unwritable', cosmetic: false }] },
    },
    leavesToml: true,
  },
  {
    name: 'the journal cannot be read: a ship does all of it again, and warns',
    start: { progress: 'pushed', own: 'app' },
    arrange: unreadableJournal,
    call: ({ app }) => ({ tool: 'ship', arguments: { app } }),
    expected: {
      result: {
        verdict: 'healthy',
        // Test, deploy and ship are written down, each by itself.
        warnings: [{ code: 'journal_unreadable' }, { code: 'journal_unwritable' }],
      },
    },
    leavesToml: true,
  },
  {
    name: 'the journal cannot be read: what is in it is not known',
    start: { progress: 'project' },
    arrange: unreadableJournal,
    call: ({ app }) => ({ tool: 'list_images', arguments: { app } }),
    expected: { code: 'journal_unreadable', next: [] },
    leavesToml: false,
  },
]
