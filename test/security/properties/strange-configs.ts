/** What authors, or those who mean harm, have written into a fly.toml; each has a folder of its own. */
export const strangeConfigs = {
  'long-times': `[http_service]
internal_port = 8080
[[http_service.checks]]
path = "/info"
grace_period = "99999999h"
interval = "1e9s"
timeout = 9223372036854775807
`,
  'other-types': `app = 7
primary_region = ["ewr"]
env = "x"
vm = { memory = -1 }
http_service = [1, 2]
services = "none"
checks = true
deploy = 1979-05-27T07:32:00Z
`,
  'odd-names': `app = "--config=/etc/passwd"
[env]
"__proto__" = "x"
"A\nB" = "y"
"--flag" = "z"
[processes]
"$(id)" = "; id"
[http_service]
internal_port = 99999999999
[[http_service.checks]]
path = "//evil:81/x"
`,
  'not-toml': 'app = "hello\n[[[\u0000',
}
