/**
 * The queries of flyctl 2026.8, on one line as its client sends them: errors repeat the whole text, and
 * tools cut it off there.
 */
export const viewerQuery =
  'query { viewer { ... on User { id email enablePaidHobby } ... on Macaroon { email } } }'

export const organizationsQuery =
  'query($admin: Boolean!) { organizations(admin: $admin) { nodes { id slug rawSlug name type paidPlan billable viewerRole internalNumericId } } }'

export const organizationQuery =
  'query($slug: String!) { organization(slug: $slug) { id internalNumericId slug rawSlug name type billable } }'

export const appQuery =
  'query ($appName: String!) { app(name: $appName) { id internalNumericId name hostname deployed status version appUrl platformVersion currentRelease { evaluationId status inProgress version } config { definition } organization { id slug paidPlan } services { description protocol internalPort ports { port handlers } } ipAddresses { nodes { id address type createdAt } } sharedIpAddress cnameTarget imageDetails { registry repository tag digest version } machines{ nodes { id name config state region createdAt app { name } ips { nodes { family kind ip maskSize } } host { id } } } postgresAppRole: role { name } } }'

export const appCompactQuery =
  'query ($appName: String!) { appcompact:app(name: $appName) { id internalNumericId name hostname cnameTarget deployed network status appUrl platformVersion organization { id internalNumericId slug paidPlan } postgresAppRole: role { name } } }'

export const appsQuery =
  'query($org: ID, $after: String) { apps(type: "container", first: 200, after: $after, organizationId: $org) { pageInfo { hasNextPage endCursor } nodes { id name deployed hostname platformVersion network organization { slug name } currentRelease { createdAt status } status } } }'

export const currentVersionQuery =
  'query ($appName: String!) { app(name:$appName) { currentRelease:currentReleaseUnprocessed { version } } }'

export const releasesQuery =
  'query($appName: String!, $limit: Int!) { app(name: $appName) { releases: releasesUnprocessed(first: $limit) { nodes { id version description reason status imageRef stable user { id email name } createdAt } } } }'

export const imageQuery =
  'query ($appName: String!, $imageRef: String!) { app(name: $appName) { id image(ref: $imageRef) { id digest ref compressedSize: compressedSizeFull manifest } } }'

export const currentConfigQuery =
  '\nquery FlyctlConfigCurrentRelease ($appName: String!) {\n\tapp(name: $appName) {\n\t\tcurrentReleaseUnprocessed {\n\t\t\tconfigDefinition\n\t\t}\n\t}\n}\n'
