import { version } from '../version.js'

/** For people who open the server's address in a browser. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>flyops</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
  pre { overflow-x: auto; padding: 1rem; border: 1px solid #8888; border-radius: .5rem }
</style>
<h1>flyops</h1>
<p>This is an MCP server: an assistant uses it to take a git commit to a healthy app on
<a href="https://fly.io">Fly.io</a>. There is nothing to click here. Give your client the address of this server,
with <code>/mcp</code> at its end, and the token that you were given:</p>
<pre>claude mcp add --transport http flyops https://THIS-HOST/mcp --header "Authorization: Bearer $TOKEN"</pre>
<p>Whether it is well: <a href="/info">/info</a>.</p>
<p><small>flyops ${version}</small></p>
</html>
`
