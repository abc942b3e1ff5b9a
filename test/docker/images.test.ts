import { expect, test } from 'vitest'
import { readExposedPorts } from '../../src/docker/images.js'
import { ended } from '../support/run-result.js'

const image = { architecture: 'amd64', os: 'linux', config: { ExposedPorts: { '3000/tcp': {} } } }

test.each([
  ['an image', image, [3000]],
  ['one that exposes nothing', { ...image, config: {} }, []],
  ['one with a port of another protocol', { config: { ExposedPorts: { '53/udp': {} } } }, []],
  ['an index', { 'linux/arm64': {}, 'linux/amd64': image }, [3000]],
  ['nothing', null, []],
])('ports of %s in a registry', (_name, told, ports) => {
  const reply = { text: JSON.stringify(told), isCut: false }
  expect(readExposedPorts(ended({ outcome: 'ok', reply }))).toEqual(ports)
})
