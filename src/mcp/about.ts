import { version, websiteUrl } from '../version.js'

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#4f2bd9"/><path d="M24 9 11 26h8v13h10V26h8z" fill="#fff"/></svg>'

/** Who answers, as each result says it. */
export const info = { name: 'flyops', title: 'flyops', version }

/** The same for clients that show their servers. */
export const fullInfo = {
  ...info,
  description: 'Takes a git commit to a healthy app on Fly.io',
  websiteUrl,
  icons: [
    {
      src: `data:image/svg+xml;base64,${Buffer.from(icon).toString('base64')}`,
      mimeType: 'image/svg+xml',
      sizes: ['any'],
    },
  ],
}

/** What there is in every version of the protocol. */
export const capabilities = { tools: {}, prompts: {}, completions: {} }
