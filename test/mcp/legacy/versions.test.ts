import {
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js'
import { expect, test } from 'vitest'
import { latestLegacyVersion, legacyVersions } from '../../../src/mcp/legacy-versions.js'

test('what is answered to initialize before the SDK is loaded names the versions that it serves', () => {
  expect(legacyVersions).toEqual(SUPPORTED_PROTOCOL_VERSIONS)
  expect(latestLegacyVersion).toBe(LATEST_PROTOCOL_VERSION)
})
