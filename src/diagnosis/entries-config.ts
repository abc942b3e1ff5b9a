import type { Entry } from './diagnosis.js'
import { deployImage } from './repairs.js'

/** fly-<app>.toml and what it asks for. */
export const configEntries: readonly Entry[] = [
  {
    id: 'toml_invalid',
    stage: 'config',
    pattern:
      /(?:failed loading app config from [^\n]{1,300}?: row|is not valid TOML at line) (?<row>\d+),? column (?<column>\d+)/,
    cause: 'The configuration is not valid TOML at row $<row>, column $<column>.',
    remedy:
      'Correct row $<row>, column $<column> of that file: mostly a quote or a bracket that is never closed; then call deploy_image again.',
    retry: 'no',
    who: 'ask',
    next: deployImage('after the file is corrected'),
  },
  {
    id: 'config_wrong_type',
    stage: 'config',
    pattern:
      /cannot unmarshal (?<given>\w+) into Go struct field (?<field>[\w.-]{1,200}) of type (?<wanted>[\w.[\]*]{1,100})/,
    cause: 'The configuration gives $<field> a $<given> where flyctl expects $<wanted>.',
    remedy:
      'Correct that field, for instance a number without quotes, and call deploy_image again; see https://fly.io/docs/reference/configuration/.',
    retry: 'no',
    who: 'ask',
    next: deployImage('after the field is corrected'),
  },
  {
    id: 'config_invalid',
    stage: 'config',
    pattern: /App configuration is not valid|strict validation failed/i,
    depth: 'wrapper',
    cause: 'flyctl refuses the configuration, and the lines before say why.',
    remedy:
      'Run `fly config validate --strict -c` on the file, correct what it names, and call deploy_image again.',
    retry: 'no',
  },
  {
    id: 'config_missing',
    stage: 'config',
    pattern: /config file not found|missing an app name|unknown flag: --region\b/,
    cause:
      'flyctl finds no configuration of the app in that folder, or was given a flag it does not have (it is --regions).',
    remedy: 'Call deploy_image: it writes fly-<app>.toml into `context` and has flyctl check it.',
    retry: 'no',
    who: 'tool',
    next: deployImage('it writes the configuration itself'),
  },
  {
    id: 'no_processes',
    stage: 'config',
    pattern: /Service has no processes set/,
    cause: 'The app has several process groups, and a service does not say which one serves it.',
    remedy:
      'Add `processes = ["app"]`, or the right group, to that service in the toml; then call deploy_image again.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'volume_missing',
    stage: 'config',
    pattern: /needs volumes with name|needs an unattached volume/,
    cause:
      'The toml mounts a volume, and the region has no free one of that name for each machine.',
    remedy:
      'Deploy one machine (`ha: false` of deploy_image), or after asking, for it costs money, `fly volumes create` one in that region.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'volume_mismatch',
    stage: 'config',
    pattern: /has a volume mounted but app config|update the attached volume/,
    cause: 'A running machine has a volume that the toml no longer mounts.',
    remedy:
      'Take the live configuration with `fly config save`, keep its [mounts], and deploy with deploy_image; never destroy the machine or the volume for this.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'strategy_volume',
    stage: 'config',
    pattern: /not supported when using mounted volumes|bluegreen[^\n]{0,120}\bvolume/i,
    cause:
      'The canary and bluegreen strategies need a second machine on the same volume, which cannot be.',
    remedy:
      'Call deploy_image with `strategy: "rolling"`, or `"immediate"` where a pause is all right.',
    retry: 'no',
    who: 'ask',
    next: deployImage('rolling works with volumes', { fixed: { strategy: 'rolling' } }),
  },
]
