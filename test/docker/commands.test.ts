import { expect, test } from 'vitest'
import * as commands from '../../src/docker/commands.js'

const request = {
  root: '/w',
  context: '/w/app',
  dockerfile: '/w/app/Dockerfile',
  image: 'registry.fly.io/hello:1a2b3c4',
  platform: 'linux/amd64',
  buildArgs: { COLOUR: '--flag like' },
  labels: { 'org.opencontainers.image.revision': 'abc' },
  noCache: false,
  excluded: [],
  sourceDateEpoch: 1,
}
const shared =
  '--platform linux/amd64 --tag registry.fly.io/hello:1a2b3c4 --file /w/app/Dockerfile --label org.opencontainers.image.revision=abc --build-arg COLOUR=--flag like'

test.each([
  [
    commands.build('buildx', request),
    `buildx build --progress=rawjson --provenance=false --sbom=false --load ${shared} -- /w/app`,
  ],
  [commands.build('buildkit', request), `build --progress=plain ${shared} -- /w/app`],
  [
    commands.build('legacy', { ...request, target: 'web', noCache: true }),
    `build --force-rm ${shared} --target web --no-cache -- /w/app`,
  ],
  [commands.version(), 'version --format {{json .}}'],
  [commands.buildxVersion(), 'buildx version'],
  [commands.inspectImage('hello:1'), 'image inspect -- hello:1'],
  [commands.push('hello:1'), 'push -- hello:1'],
  [commands.inspectManifest('hello:1', false), 'manifest inspect --verbose -- hello:1'],
  [
    commands.inspectManifest('127.0.0.1:5000/hello:1', true),
    'manifest inspect --verbose --insecure -- 127.0.0.1:5000/hello:1',
  ],
])('docker %#: %s', (args, line) => {
  expect(args.join(' ')).toBe(line)
})
