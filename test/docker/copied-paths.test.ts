import { expect, test } from 'vitest'
import { copying } from '../../src/docker/copied-paths.js'

const paths = ['.env', 'www/.env', 'dist/', 'src/dist/', 'other.log']

test.each([
  ['COPY www /www', ['www/.env']],
  ['COPY ./www/ src/ /app/', ['www/.env', 'src/dist/']],
  ['COPY package.json /app/', []],
  ['COPY src/dist/main.js /app/', ['src/dist/']],
  ['COPY --chown=1:1 www \\\n  dist /app/', ['www/.env', 'dist/']],
  ['copy ["other.log", "/app/"]', ['other.log']],
  ['COPY --from=build /out /app', []],
  ['ADD https://example.com/x.tar.gz /x', []],
  ['RUN --mount=type=cache,target=/c make', []],
  ['# syntax=docker/dockerfile:1\nCOPY www /www', ['www/.env']],
  ['RUN --mount=type=bind,from=build,target=/b make', []],
])('%j takes no more than it names', (line, taken) => {
  expect(paths.filter(copying(`FROM busybox\n${line}\nCMD ["x"]\n`))).toEqual(taken)
})

test.each([
  'COPY . .',
  'COPY ./ /app',
  'ADD / /app',
  'COPY *.json /app/',
  'COPY $WHAT /app/',
  'COPY ["a b", ".", "/app/"]',
  'COPY "www" /app/',
  'COPY ../x /app/',
  'COPY <<EOF /app/x',
  'ONBUILD COPY . /app',
  'RUN --mount=type=bind,target=/b make',
  'RUN --mount=target=/b make',
  '# escape=`\nCOPY www `\n . /app',
  '# syntax=example.com/other/frontend\nCOPY www /www',
  'RUN --mount=target=/b,source=type=cache make',
])('%j may take anything', (line) => {
  expect(paths.filter(copying(`${line}\nFROM busybox\n`))).toEqual(paths)
})
