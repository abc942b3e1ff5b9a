import type { CommandSpec } from '../program/command.js'
import { appsCreate } from './apps-create.js'
import { appsDestroy } from './apps-destroy.js'
import { appsList } from './apps-list.js'
import { authDocker } from './auth-docker.js'
import { authWhoami } from './auth-whoami.js'
import { checksList } from './checks-list.js'
import { configShow } from './config-show.js'
import { configValidate } from './config-validate.js'
import { deploy } from './deploy.js'
import { imageShow } from './image-show.js'
import { logs } from './logs.js'
import { machineList } from './machine-list.js'
import { machineStart } from './machine-start.js'
import { machineStop } from './machine-stop.js'
import { orgsList } from './orgs-list.js'
import { releases } from './releases.js'
import { secretsImport } from './secrets-import.js'
import { secretsList } from './secrets-list.js'
import { secretsSet } from './secrets-set.js'
import { secretsUnset } from './secrets-unset.js'
import { status } from './status.js'
import { version } from './version.js'

/** What the stand-in knows: the commands that flyops uses. */
export const commands: readonly CommandSpec[] = [
  version,
  authWhoami,
  authDocker,
  orgsList,
  appsCreate,
  appsList,
  appsDestroy,
  configValidate,
  configShow,
  deploy,
  status,
  releases,
  checksList,
  machineList,
  machineStart,
  machineStop,
  logs,
  secretsSet,
  secretsImport,
  secretsUnset,
  secretsList,
  imageShow,
]
