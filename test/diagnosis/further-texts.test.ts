import { expect, test } from 'vitest'
import { diagnose } from '../../src/diagnosis/match.js'

/** Texts as git, docker, flyctl, Fly's API and apps print them, beyond one for each entry. */
const texts: readonly (readonly [id: string, text: string])[] = [
  [
    'no_commits',
    "fatal: ambiguous argument 'HEAD': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions",
  ],
  ['flyctl_too_old', 'Error: unknown flag: --no-such-flag'],
  [
    'docker_daemon_down',
    'ERROR: Cannot connect to the Docker daemon at tcp://127.0.0.1:2375. Is the docker daemon running?',
  ],
  [
    'docker_daemon_down',
    'Error: failed to fetch an image or build from source: no docker daemon available',
  ],
  ['buildx_missing', "unknown flag: --provenance\nSee 'docker build --help'."],
  [
    'dockerfile_missing',
    'ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory',
  ],
  [
    'dockerfile_invalid',
    'Dockerfile:3\n--------------------\n   3 | >>> RUNN npm ci\n--------------------\nERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN (did you mean RUN?)',
  ],
  [
    'file_not_in_context',
    'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref 9xq::k2: "/server.js": not found',
  ],
  ['file_not_in_context', '#4 [2/2] COPY nowhere /\nERROR: "/nowhere" not found: not found'],
  [
    'bad_image_ref',
    'invalid argument "registry.fly.io/Demo:1a2b3c4" for "-t, --tag" flag: invalid reference format: repository name (registry.fly.io/Demo) must be lowercase',
  ],
  [
    'base_image_missing',
    'ERROR: failed to solve: node:99-alpine: failed to resolve source metadata for docker.io/library/node:99-alpine: docker.io/library/node:99-alpine: not found',
  ],
  [
    'base_image_missing',
    "Step 1/4 : FROM acme/private:1\npull access denied for acme/private, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ],
  [
    'base_image_network',
    'failed to do request: Head "https://registry-1.docker.io/v2/library/node/manifests/22": dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: server misbehaving',
  ],
  [
    'no_space',
    '#9 41.20 npm error code ENOSPC\n#9 41.20 npm error ENOSPC: no space left on device, write\nERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 228',
  ],
  ['build_oom', "The command '/bin/sh -c npm run build' returned a non-zero code: 137"],
  [
    'build_step_failed',
    "npm error code E404\nThe command '/bin/sh -c npm ci' returned a non-zero code: 1",
  ],
  [
    'build_step_failed',
    'npm error code E404\nERROR: executor failed running [/bin/sh -c npm ci]: exit code: 1',
  ],
  ['build_oom', 'ERROR: executor failed running [/bin/sh -c npm run build]: exit code: 137'],
  ['depot_hang', '==> Building image\nWaiting for depot builder...\n'],
  [
    'push_401',
    'failed to push registry.fly.io/demo:1a2b3c4: unexpected status from HEAD request to https://registry.fly.io/v2/demo/blobs/sha256:2f: 401 Unauthorized',
  ],
  ['local_tag_missing', 'Error response from daemon: No such image: registry.fly.io/demo:1a2b3c4'],
  [
    'token_rejected',
    'Error: failed retrieving current user: failed to run query { viewer { ... on User { id email enablePaidHobby } ... on Macaroon { email } } }: server returned a non-200 status code: 401',
  ],
  [
    'token_rejected',
    'Error: failed to list apps: unauthorized: token validation error: no verified tokens; token 1a2b: verify: expired',
  ],
  ['token_rejected', 'Error: You must be authenticated to view this.'],
  ['unknown_org', 'Error: organization nosuch not found'],
  [
    'unknown_org',
    'Error: failed to run query ($slug: String!) { organization(slug: $slug) { id } }: Could not find Organization',
  ],
  [
    'name_invalid',
    'Error: Validation failed: Name under 63 chars using numbers, lowercase letters and dashes',
  ],
  ['org_required', 'Error: name argument or flag must be specified when not running interactively'],
  [
    'toml_invalid',
    'Error: failed loading app config from fly-broken.toml: row 1 column 9\n1| app = "x\n |         ~ basic strings cannot have new lines',
  ],
  ['toml_invalid', 'fly-demo.toml is not valid TOML at line 7, column 12.'],
  [
    'config_wrong_type',
    "WARN WARNING the config file at 'fly-x.toml' is not valid: json: cannot unmarshal string into Go struct field HTTPService.http_service.internal_port of type int\n==> Verifying app config\nError: App configuration is not valid",
  ],
  ['config_invalid', 'Error: strict validation failed'],
  [
    'config_missing',
    'Error: config file not found at specified path: fly-none.toml (also tried: fly-none.toml/fly.toml)',
  ],
  ['app_not_found', 'Error: app not found (Trace ID: ede5079e319c91c88b2f458e7a332a14)'],
  [
    'image_not_found',
    '==> Building image\nError: failed to create release (status 404): {"error":"Could not find image \\"registry.fly.io/demo:1a2b3c4\\""}',
  ],
  [
    'lease_held',
    'Error: failed to get lease on VM 48acd42486997b: failed to acquire lease: machine ID 48acd42486997b lease currently held by 8c7c2d1b, expires at 2026-11-23T05:00:00Z (Trace ID: 3f3f90e949115fb24eb08a28aa4450c1)',
  ],
  [
    'rate_limit',
    'Error: failed to list VMs even after retries: rate limit exceeded (Trace ID: 90fb449f)',
  ],
  [
    'oom_killed',
    "[ 12.41] Out of memory: Killed process 641 (node) total-vm:1105212kB\nProcess appears to have been OOM killed!\n✖ Failed: timeout reached waiting for machine's state to change",
  ],
  [
    'cmd_not_found',
    'ERROR Error: failed to spawn command: ./start.sh: No such file\nfailed to create shim task: exec: "./start.sh": no such file or directory',
  ],
  [
    'not_listening',
    'WARNING The app is not listening on the expected address and will not be reachable by fly-proxy.\nError: timeout reached waiting for health checks to pass for machine 21062610514451',
  ],
  [
    'state_timeout',
    "Error: timeout reached waiting for machine's state to change\nYour machine was created, but never started or exited immediately.",
  ],
  ['pg_refused', 'dial tcp [fdaa:0:1::2]:5432: connect: connection refused'],
  [
    'pg_nxdomain',
    'psycopg2.OperationalError: could not translate host name "demo-db.internal" to address: Name or service not known',
  ],
  ['new_app_dns', 'curl: (6) Could not resolve host: demo.fly.dev'],
  [
    'dns_fly_api',
    'Error: failed retrieving current user: Post "https://api.fly.io/graphql": dial tcp: lookup api.fly.io on 127.0.0.53:53: no such host',
  ],
  [
    'dns_machines_api',
    'Error: failed to list machines: Get "https://api.machines.dev/v1/apps/demo/machines": dial tcp: lookup api.machines.dev: Temporary failure in name resolution',
  ],
  [
    'push_dns',
    'Put "http://127.0.0.1:46709/v2/demo/manifests/1a2b3c4": read tcp 127.0.0.1:34444->127.0.0.1:46709: read: connection reset by peer',
  ],
  [
    'push_dns',
    'Error: failed authenticating with registry.fly.io: Error response from daemon: Get "https://registry.fly.io/v2/": dial tcp 203.0.113.7:443: connect: connection refused',
  ],
  ['registry_5xx', 'received unexpected HTTP status: 500 Internal Server Error'],
  ['push_401', 'unauthorized'],
  [
    'push_dns',
    'Head "https://registry.fly.io/v2/demo/blobs/sha256:2f": dial tcp: lookup registry.fly.io: no such host',
  ],
  [
    'tls_fly_api',
    'Error: Post "https://api.fly.io/graphql": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'tls_machines_api',
    'Error: Get "https://api.machines.dev/v1/apps/demo": x509: certificate has expired or is not yet valid: current time 2031-01-01T00:00:00Z is after 2027-01-01T00:00:00Z',
  ],
  ['tls_registry', 'Get "https://registry.fly.io/v2/": net/http: TLS handshake timeout'],
  [
    'tls_docker_hub',
    'ERROR: failed to solve: node:22: failed to do request: Head "https://registry-1.docker.io/v2/library/node/manifests/22": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'fly_api_unreachable',
    'Error: failed retrieving current user: failed to run query { viewer { ... on User { id } } }: Post "http://127.0.0.1:9/graphql": dial tcp 127.0.0.1:9: connect: connection refused',
  ],
  ['base_image_platform', 'ERROR: no match for platform in manifest: not found'],
  [
    'base_image_platform',
    'image with reference x was found but does not match the specified platform: wanted linux/amd64, actual: linux/arm64',
  ],
  ['dockerfile_invalid', 'ERROR: failed to reach build target nope in Dockerfile'],
  ['dockerfile_invalid', 'ERROR: failed to solve: the Dockerfile (Dockerfile) cannot be empty'],
  ['dockerfile_invalid', 'failed to parse Dockerfile: file with no instructions'],
  [
    'base_image_network',
    'ERROR: failed to solve: 127.0.0.1:9/nosuch:1: failed to do request: Head "http://127.0.0.1:9/v2/nosuch/manifests/1": dial tcp 127.0.0.1:9: connect: connection refused',
  ],
  [
    'base_image_network',
    'Get "https://localhost:9/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
  ],
  ['base_image_network', 'Get "https://ghcr.io/v2/": context deadline exceeded'],
  [
    'base_image_network',
    'failed to solve: busybox: failed to resolve source metadata for docker.io/library/busybox:latest: failed to do request: Head "https://registry-1.docker.io/v2/library/busybox/manifests/latest": proxyconnect tcp: dial tcp 127.0.0.1:9: connect: connection refused',
  ],
  ['fly_api_cut', 'Error: failed to list apps: Post "http://127.0.0.1:9/graphql": EOF'],
  [
    'fly_api_cut',
    'Error: Get "https://api.machines.dev/v1/apps/demo": read tcp 10.0.0.2:5000->66.1.1.1:443: read: connection reset by peer',
  ],
  [
    'fly_api_5xx',
    'Error: failed to run query ($name: String!) { app(name: $name) { id } }: server returned a non-200 status code: 503',
  ],
  [
    'proxy_wake_rate',
    'error.message="could not find a good candidate within 20 attempts at load balancing" last error: rate limit exceeded',
  ],
  ['pm', '[PM05] failed to connect to machine: gave up after 15 attempts'],
  ['check_redirect', 'gone\nGET http://172.19.0.2:8080/info: 308 Permanent Redirect'],
]

test.each(texts)('%s is meant by %j', (id, text) => {
  expect(diagnose(text)?.id).toBe(id)
})
