import type { Entry } from './diagnosis.js'
import { buildImage } from './repairs.js'

/** The engine, the Dockerfile and its steps. */
export const buildEntries: readonly Entry[] = [
  {
    id: 'docker_daemon_down',
    stage: 'build',
    pattern:
      /Cannot connect to the Docker daemon|docker is unavailable to build the deployment image|failed to connect to the docker API|no docker daemon available/i,
    cause:
      'No Docker engine answers: it is stopped, or DOCKER_HOST or the docker context names another place.',
    remedy:
      'Start Docker until `docker info` answers, then call build_image again; without an engine here, set FLYOPS_BUILDER=fly: Fly.io’s remote builder builds then.',
    retry: 'no',
  },
  {
    id: 'docker_socket_denied',
    stage: 'build',
    pattern: /permission denied while trying to connect to the docker/i,
    cause: 'This user may not use the Docker engine’s socket.',
    remedy:
      'A person adds the user to the group docker (which is as good as root) or sets up rootless Docker; never answer with sudo. See https://docs.docker.com/engine/install/linux-postinstall/.',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'buildx_missing',
    stage: 'build',
    pattern:
      /buildx component is missing or broken|requires BuildKit|unknown flag: --(?:platform|provenance|metadata-file|load|push)/,
    cause: 'This docker has no buildx plugin, which BuildKit builds need.',
    remedy:
      'Install the buildx plugin of docker, then call build_image again; DOCKER_BUILDKIT=0 is only a stopgap.',
    retry: 'no',
  },
  {
    id: 'dockerfile_missing',
    stage: 'build',
    pattern:
      /symlinks in Dockerfile path|failed to read dockerfile|failed to open Dockerfile|does not have a Dockerfile or buildpacks configured|dockerfile '[^'\n]{0,300}' not found/i,
    cause: 'There is no Dockerfile where the builder looks for one.',
    remedy:
      'Call build_image with the `context` or the `dockerfile` that holds it; `fly launch --no-deploy` can write a first one.',
    retry: 'no',
    next: { ...buildImage('with the folder of the Dockerfile'), needs: ['app', 'context'] },
  },
  {
    id: 'dockerfile_invalid',
    stage: 'build',
    pattern:
      /dockerfile parse error|unknown instruction: |target stage \S{1,128} could not be found|failed to reach build target \S{1,128} in Dockerfile|dockerfile[^\n]{0,200} cannot be empty|file with no instructions/i,
    cause:
      'The Dockerfile is not valid: a line that docker does not understand, no line at all, or no such stage.',
    remedy: 'Correct the line that the text names, or `target`, then call build_image again.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'file_not_in_context',
    stage: 'build',
    pattern:
      /file not found in build context or excluded by \.dockerignore|failed to (?:compute|calculate)[^\n]{0,60}(?:cache key|checksum)[^\n]{0,300}not found|"[^"\n]{1,300}" not found: not found/,
    cause:
      'The Dockerfile copies a file that the build context lacks: ignored by .dockerignore, in another folder, or not in the commit.',
    remedy:
      'Compare `git ls-files` and .dockerignore with the path in COPY; correct one of them, then call build_image again.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'bad_image_ref',
    stage: 'build',
    pattern: /invalid reference format|repository name [^\n]{0,200}must be lowercase/,
    cause:
      'The image name is not allowed: a slash, a capital or another character in the app name or the tag, as when a branch name is the tag.',
    remedy: 'Let build_image name the image itself: by the app and the short commit SHA.',
    retry: 'no',
    who: 'tool',
    next: buildImage('it tags with the short commit SHA'),
  },
  {
    id: 'dockerhub_rate_limit',
    stage: 'build',
    pattern:
      /toomanyrequests: You have reached|toomanyrequests|You have reached your [^\n]{0,60}pull rate limit/,
    cause: 'Docker Hub limits how often this address may pull base images without a login.',
    remedy:
      'A person runs `docker login`, or the Dockerfile takes its base image from a mirror; else wait some hours. See https://docs.docker.com/docker-hub/usage/.',
    retry: 'after_wait',
    who: 'ask',
  },
  {
    id: 'base_image_missing',
    stage: 'build',
    pattern:
      /pull access denied for \S{1,300}, repository does not exist|failed to resolve source metadata for \S{1,300} [^\n]{0,300}not found|manifest for (?!registry\.fly\.io)\S{1,300} not found/,
    cause: 'The base image after FROM does not exist, or is private.',
    remedy: 'Correct the name or the tag after FROM, or log docker in to its registry.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'base_image_platform',
    stage: 'build',
    pattern:
      /no match for platform in manifest|does not match the specified platform: wanted \S{1,60}, actual: \S{1,60}/,
    cause: 'The base image after FROM does not exist for the platform that is built for.',
    remedy: 'Correct `platform` of build_image, or the name or digest after FROM.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'no_space',
    stage: 'build',
    pattern: /no space left on device/i,
    cause: 'The disk of the Docker engine or of the remote builder is full.',
    remedy:
      'Here: look at `docker system df`, then free space with `docker buildx prune`; at Fly: `fly apps destroy` the builder app, which is made anew - ask first.',
    retry: 'no',
    who: 'ask',
  },
  {
    id: 'build_oom',
    stage: 'build',
    pattern:
      /did not complete successfully: exit code: 137|returned a non-zero code: 137|exit code: 137|signal: killed/,
    cause: 'A build step was killed, nearly always because the builder ran out of memory.',
    remedy:
      'Give the Docker engine 8 GB or more, or let the step use less, as with NODE_OPTIONS=--max-old-space-size; then call build_image again.',
    retry: 'once',
    who: 'ask',
  },
  {
    id: 'base_image_network',
    stage: 'build',
    pattern:
      /Get "https?:\/\/(?!registry\.fly\.io|127\.0\.0\.1)[^\s"]{1,300}\/v2\/": (?:dial tcp|net\/http: request canceled|context deadline exceeded)|failed to do request: (?:Head|Get) "https?:\/\/[^\s"]{1,300}\/v2\/[^\s"]{1,300}": (?:proxyconnect tcp: )?dial tcp|error pulling image configuration|lookup (?:registry-1|auth|production\.cloudflare)\.docker\.(?:io|com)[^\n]{0,200}(?:no such host|server misbehaving|i\/o timeout|failure in name resolution)|load metadata for docker\.io[^\n]{0,300}(?:timeout|deadline)|no active session for|Get "https:\/\/registry-1\.docker\.io[^\n]{0,300}(?:timeout|refused|reset|EOF|Client\.Timeout|network is unreachable)/,
    cause: 'The builder could not reach the registry of the base image: DNS, proxy or network.',
    remedy:
      'Try again after some seconds; then check DNS and proxy of the Docker engine, or pin the base image by digest in a mirror.',
    retry: 'yes',
    who: 'tool',
    next: buildImage('the base image may be reachable now'),
  },
  {
    id: 'depot_hang',
    stage: 'build',
    pattern: /Waiting for depot builder(?:\.{3}|…)?\s*$/,
    depth: 'symptom',
    cause: 'No Depot builder was to be had: flyctl waits for one and never gives up.',
    remedy:
      'End it, and build on the engine here with build_image; a remote build needs `fly deploy --depot=false`.',
    retry: 'once',
    who: 'tool',
    next: buildImage('on the engine here, without Depot'),
  },
  {
    id: 'remote_builder_lost',
    stage: 'build',
    pattern:
      /remote builder app unavailable|the client connection is closing|rpc error: code = DeadlineExceeded|deadline_exceeded|error connecting to (?:the )?(?:remote )?builder|(?:failed to solve|error building|rpc error)[^\n]{0,300}unexpected EOF/,
    cause: 'The connection to the remote builder broke.',
    remedy:
      'Try twice more; then build on the engine here with build_image, or use `fly deploy --depot=false` or `--wg=false`.',
    retry: 'yes',
    who: 'tool',
    next: buildImage('on the engine here, without a remote builder'),
  },
  {
    id: 'wireguard_broken',
    stage: 'build',
    pattern: /broken wireguard tunnel|wireguard tunnel seems broken/i,
    cause: 'The WireGuard tunnel to Fly does not work, mostly because the network blocks UDP.',
    remedy:
      'Build here with build_image and push with push_image, which need no tunnel; flyctl itself wants `--wg=false` or `fly wireguard websockets enable`.',
    retry: 'once',
    who: 'tool',
    next: buildImage('it needs no tunnel'),
  },
  {
    id: 'build_step_failed',
    stage: 'build',
    pattern:
      /did not complete successfully: exit code|executor failed running \[[^\n]{1,2000}\]: exit code|returned a non-zero code|failed to solve/,
    depth: 'wrapper',
    cause: 'A step of the Dockerfile failed: the project’s own build, neither Docker nor Fly.',
    remedy: 'Read the last lines of that step, correct what they say, and call build_image again.',
    retry: 'no',
    who: 'ask',
  },
]
