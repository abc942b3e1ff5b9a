# Each base is an argument, so that a mirror, or a digest of your own choice, can take its place.
ARG NODE_IMAGE=node:22.23.3-bookworm-slim
ARG DOCKER_IMAGE=docker:28.5.2-cli
ARG BUILDX_IMAGE=docker/buildx-bin:0.30.1
ARG FLYCTL_IMAGE=flyio/flyctl:v0.4.87

FROM ${DOCKER_IMAGE} AS docker
FROM ${BUILDX_IMAGE} AS buildx
FROM ${FLYCTL_IMAGE} AS flyctl

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json* .npmrc* ./
# Where npm run release has made this folder, there is no lockfile: dist is built already.
RUN if [ -f package-lock.json ]; then npm ci --ignore-scripts --no-audit --no-fund; fi
COPY . .
RUN if [ -f package-lock.json ]; then node scripts/build.mjs; fi

FROM ${NODE_IMAGE}
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
COPY --from=docker /usr/local/bin/docker /usr/local/bin/docker
COPY --from=buildx /buildx /usr/local/libexec/docker/cli-plugins/docker-buildx
COPY --from=flyctl /flyctl /usr/local/bin/flyctl
COPY --from=build /src/package.json /app/package.json
COPY --from=build /src/dist /app/dist
# The project, and what flyops remembers: mount volumes there to keep them.
RUN mkdir -p /work /data && chown node:node /work /data

ARG COMMIT=""
ENV NODE_ENV=production FLYOPS_STATE_DIR=/data FLYOPS_COMMIT=${COMMIT} FLY_NO_UPDATE_CHECK=1
LABEL org.opencontainers.image.title="flyops" \
  org.opencontainers.image.description="MCP server that takes a git commit to a healthy app on Fly.io" \
  org.opencontainers.image.licenses="MIT" \
  io.modelcontextprotocol.server.name="io.github.flyops/flyops"

USER node
WORKDIR /work
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/info').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve", "--http", "--host", "0.0.0.0", "--port", "8080"]
