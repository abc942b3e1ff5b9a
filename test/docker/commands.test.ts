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
  [
    commands.buildAtInstance(request, { instance: 'own', metadataFile: '/m.json', pushes: true }),
    `buildx build --progress=rawjson --provenance=false --sbom=false --builder own --output=type=image,push=true --metadata-file /m.json ${shared} -- /w/app`,
  ],
  [
    commands.createInstance('own', { address: 'unix:///run/b.sock' }),
    'buildx create --name own --driver=remote -- unix:///run/b.sock',
  ],
  [
    commands.createInstance('own', { address: 'tcp://b:1234', certs: '/certs' }),
    'buildx create --name own --driver=remote --driver-opt cacert=/certs/ca.pem,cert=/certs/cert.pem,key=/certs/key.pem -- tcp://b:1234',
  ],
  [commands.version(), 'version --format {{json .}}'],
  [commands.buildxVersion(), 'buildx version'],
  [commands.inspectImage('hello:1'), 'image inspect -- hello:1'],
  [
    commands.inspectRemoteConfig('hello:1'),
    'buildx imagetools inspect --builder=default --format={{json .Image}} -- hello:1',
  ],
  [commands.push('hello:1'), 'push -- hello:1'],
  [commands.inspectManifest('hello:1', false), 'manifest inspect --verbose -- hello:1'],
  [
    commands.inspectManifest('127.0.0.1:5000/hello:1', true),
    'manifest inspect --verbose --insecure -- 127.0.0.1:5000/hello:1',
  ],
])('docker %#: %s', (args, line) => {
  expect(args.join(' ')).toBe(line)
})
