/**
 * `wait_timeout` of deploys that fail at their checks. flyctl waits so long twice, at first for the machine to start, and
 * that must be enough also on a busy machine: else that is what it fails at.
 */
export const checksWait = '20s'
