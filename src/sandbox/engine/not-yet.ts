import { FlyopsError } from '../../errors.js'

/** For engines that the sandbox cannot use yet. */
export function notYet(what: string): FlyopsError {
  return new FlyopsError('docker_daemon_down', 'sandbox', `Not yet: the sandbox ${what}.`, {
    remedy: 'Use it on Linux with an engine that runs on the same machine.',
  })
}
