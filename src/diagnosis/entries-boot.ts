import type { Entry } from './diagnosis.js'
import { missingVariables } from './missing-variables.js'
import { buildImage, deployImage, listReleases } from './repairs.js'

/** What happens inside of a machine: starting, crashing, its database. */
export const bootEntries: readonly Entry[] = [
  {
    id: 'exec_format',
    stage: 'boot',
    pattern: /exec format error/i,
    cause:
      'The program is for another processor (an arm64 image on Fly’s amd64 machines), or a script without a #! line; the image’s label may hide it.',
    remedy:
      'Build again with build_image for linux/amd64 and see that the base image is amd64 too; a script needs #!/bin/sh as its first line.',
    retry: 'no',
    who: 'tool',
    next: buildImage('for the processor of Fly’s machines', { platform: 'linux/amd64' }),
  },
  {
    id: 'cmd_not_found',
    stage: 'boot',
    pattern:
      /executable file not found in \$PATH|No command specified|\bexec:? [^\n]{1,160}: no such file or directory/,
    cause:
      'The image has no such program to start: CMD or ENTRYPOINT is missing or wrong, or its interpreter is not in the image.',
    remedy:
      'Give the Dockerfile a CMD in JSON form that `docker run --rm` starts here, then build_image, push_image and deploy_image.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'oom_killed',
    stage: 'boot',
    pattern:
      /Out of memory: Killed process|oom_killed"?: ?true|oom-killer|appears to have been OOM killed|killed for lack of memory/i,
    cause: 'The machine ran out of memory, and the kernel killed the app.',
    remedy:
      'After asking, for it costs more, call deploy_image with more `memory`: it is written into the toml, so the next deploy keeps it.',
    retry: 'no',
    who: 'ask',
    next: deployImage('with more memory', { needs: ['memory'] }),
  },
  {
    id: 'missing_variable',
    stage: 'boot',
    pattern: missingVariables,
    cause: 'The app lacks a variable of its environment, and says which.',
    remedy:
      'Ask the person to put the value into the client’s settings of flyops, or into a file, never into the chat; then call set_secrets with its name.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'machine_disk_full',
    stage: 'boot',
    pattern: /no space left on device/i,
    cause: 'The machine’s own disk of 8 GB is full.',
    remedy:
      'Let the app write to a volume or an object store; the root disk is lost at each deploy anyway.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'pg_nxdomain',
    stage: 'boot',
    pattern:
      /(?:\.internal|\.flycast|\.flympg\.net)\b[^\n]{0,160}(?:nxdomain|ENOTFOUND|no such host|could not translate host|Name or service not known)|(?:nxdomain|ENOTFOUND|no such host|could not translate host name)[^\n]{0,160}(?:\.internal|\.flycast|\.flympg\.net)\b/i,
    cause:
      'A private Fly name did not resolve: the driver asks for IPv4 where there is only IPv6, or that app is in another organization or suspended.',
    remedy:
      'Switch the database driver to IPv6 (Ecto: ECTO_IPV6=true), and see with `fly status` that the database runs. See https://fly.io/docs/networking/private-networking/.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'pg_refused',
    stage: 'boot',
    pattern:
      /(?:ECONNREFUSED|[Cc]onnection refused)[^\n]{0,200}\b5432\b|\b5432\b[^\n]{0,120}[Cc]onnection refused/,
    cause: 'Postgres refuses connections: it is stopped, or DATABASE_URL leads to the wrong place.',
    remedy:
      'See that the database runs (`fly status` of its app) and that DATABASE_URL stands in `fly secrets list`.',
    retry: 'once',
    who: 'ask',
  },
  {
    id: 'release_cmd',
    stage: 'release_command',
    pattern: /release_command failed|error (?:running )?release_command machine/,
    depth: 'symptom',
    cause: 'The release command, mostly a migration, failed; the old release goes on serving.',
    remedy:
      'Read the log of its machine: exit code 127 means the command is not in the image, "machine not found" allows one more try, anything else none.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'max_restarts',
    stage: 'boot',
    pattern: /has reached its max restart count/,
    depth: 'symptom',
    cause: 'The app ends again and again, until Fly no longer restarts it.',
    remedy: 'Look for the crash in the log lines before, by exit code and OOM flag.',
    retry: 'no',
    who: 'tool',
    next: listReleases('shows what was deployed'),
  },
  {
    id: 'smoke_failed',
    stage: 'deploy',
    pattern:
      /smoke checks for [^\n]{1,100} failed|app appears to be crashing|ended by itself (?:once|(?:at least )?\d+ times) since its last update/i,
    depth: 'symptom',
    cause: 'The app ends by itself soon after its start; what it logged last says why.',
    remedy: 'Repair what the machine’s last log lines name, and only that.',
    retry: 'no',
    who: 'tool',
    next: listReleases('shows what was deployed'),
  },
]
