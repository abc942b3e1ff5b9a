/** The newest version of MCP whose clients begin with `initialize`. */
export const latestLegacyVersion = '2025-11-25'

/** All that @modelcontextprotocol/sdk 1.32 serves; a test compares. */
export const legacyVersions: readonly string[] = [
  latestLegacyVersion,
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
]
