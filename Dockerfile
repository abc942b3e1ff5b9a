FROM node:22-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:22-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates docker.io git \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/dist ./dist
USER node
WORKDIR /work
EXPOSE 8080
CMD ["node", "/app/dist/main.js", "serve", "--http", "--port", "8080", "--root", "/work"]
