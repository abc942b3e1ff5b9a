import fc from 'fast-check'
import { z } from 'zod'
import type { Tool } from '../../../src/tools/tool.js'
import {
  hostileKey,
  hostileNumber,
  hostileText,
  textsAimedAt,
  wrongValue,
} from './hostile-values.js'
import type { Mood } from './program-answers.js'
import { contexts, registryHost } from './world.js'

/** A tool call, and the circumstances in which it is made. */
export interface Call {
  readonly tool: string
  readonly args: unknown
  /** By standard input, or over HTTP with a token for the app `hello` alone. */
  readonly caller: 'local' | 'scoped'
  readonly mood: Mood
}

/** Each text that is aimed at a field, in that field of every tool, where all else is as it should be. */
export function aimedCalls(tools: readonly Tool[]): readonly Call[] {
  return tools.flatMap(({ name: tool, input }) => {
    const schema = z.toJSONSchema(input, { io: 'input' })
    return Object.entries(schema.properties ?? {}).flatMap(([field, of]) =>
      aimedValues(field, of as Schema).map(
        (value): Call => ({
          tool,
          caller: 'local',
          mood: 'well',
          args: { ...leastArguments(schema, field), ...beside[field], [field]: value },
        }),
      ),
    )
  })
}

/** Without these the field is not looked at. */
const beside: Readonly<Record<string, object>> = { file: { from: 'file' } }

/** One app, where a tool also takes several and the field is not those. */
function leastArguments(
  { properties = {}, required = [] }: Schema,
  field: string,
): Readonly<Record<string, unknown>> {
  const names = takesEither(properties) && field !== 'apps' ? ['app', ...required] : required
  const values = names.map((name) => {
    const { enum: choices } = properties[name] as Schema
    return [name, known[name]?.[0] ?? choices?.[0]] as const
  })
  return Object.fromEntries(values)
}

/** One app or several, and never both. */
function takesEither(properties: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(properties, 'app') && Object.hasOwn(properties, 'apps')
}

function aimedValues(field: string, schema: Schema): readonly unknown[] {
  const texts = textsAimedAt(field)
  switch (schema.type) {
    case 'string':
      return texts
    case 'array':
      return texts.map((text) => [text])
    case 'object':
      if (schema.properties === undefined)
        return texts.flatMap((text) => [{ [text]: 'x' }, { A: text }])
      return Object.entries(schema.properties).flatMap(([name, inner]) =>
        aimedValues(name, inner as Schema).map((value) => ({
          ...leastArguments(schema, name),
          [name]: value,
        })),
      )
    default:
      return []
  }
}

type Schema = z.core.JSONSchema.JSONSchema

/** Calls of every tool: with every field as it should be, with one that is not, with many, and with anything. */
export function arbitraryCall(tools: readonly Tool[]): fc.Arbitrary<Call> {
  const moods: readonly Mood[] = ['refusing', 'failing', 'telling', 'nonsense', 'flooding']
  return fc.oneof(
    ...tools.map(({ name, input }) =>
      fc.record({
        tool: fc.constant(name),
        caller: fc.constantFrom<Call['caller'][]>('local', 'local', 'scoped'),
        mood: fc.oneof(
          { weight: 3, arbitrary: fc.constant<Mood>('well') },
          { weight: 1, arbitrary: fc.constantFrom(...moods) },
        ),
        args: argumentsOf(z.toJSONSchema(input, { io: 'input' })),
      }),
    ),
  )
}

function argumentsOf(schema: Schema): fc.Arbitrary<unknown> {
  const good = goodValue('', schema)
  return fc.oneof(
    { weight: 4, arbitrary: good },
    { weight: 8, arbitrary: withOneBadField(schema) },
    { weight: 2, arbitrary: goodValue('', schema, 0.3) },
    { weight: 1, arbitrary: withStrangeKey(good) },
    { weight: 1, arbitrary: wrongValue },
  )
}

/** What is deeper in a tool is reached only by calls that are right in every other field. */
function withOneBadField(schema: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}) as [string, Schema][]
  const bad = fields.map(([name, field]) =>
    badValue(name, field).map((value) => ({ [name]: value })),
  )
  return fc
    .tuple(goodValue('', schema), fc.oneof(...bad))
    .map(([good, one]) => ({ ...(good as object), ...one }))
}

function withStrangeKey(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(good, hostileKey, wrongValue)
    .map(([value, key, strange]) => JSON.parse(addEntry(JSON.stringify(value), key, strange)))
}

/** As a client would send it: `{...value, __proto__: x}` would set the prototype. */
function addEntry(object: string, key: string, value: unknown): string {
  const entry = `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`
  return object === '{}' ? `{${entry}}` : `${object.slice(0, -1)},${entry}}`
}

/** Values that mean something in the world of these tests, by the name of their field. */
const known: Readonly<Record<string, readonly unknown[]>> = {
  app: ['hello', 'hello', 'hello', 'hello', 'other', 'linked', 'new-app'],
  from_app: ['hello', 'other'],
  image_repository: ['hello', 'other'],
  apps: [['hello'], ['other'], ['hello', 'other'], ['new-app']],
  image: [`${registryHost}/hello:1a2b3c4`, `${registryHost}/new-app:1a2b3c4`],
  context: ['.', ...contexts],
  dockerfile: ['Dockerfile', 'sub/Dockerfile'],
  base_config: contexts.map((folder) => `${folder}/fly.toml`),
  file: ['secrets.env'],
  names: [['FILE_SECRET'], ['APP_SECRET'], ['FLY_API_TOKEN']],
  secrets: [{ token: { env: 'APP_SECRET' } }, { token: { file: 'secrets.env' } }, {}],
  ref: ['HEAD', 'HEAD~1', 'release/1^'],
  source: [{ git_url: `http://${registryHost}/hello.git`, ref: 'main' }],
  git_url: [`http://${registryHost}/hello.git`],
  org: ['personal', 'team'],
  job_id: ['1', '2', '3', '4', '9'].map((digit) => digit.padStart(16, '0')),
  plan_id: ['0000000000000001'],
  confirm: ['hello', 'other'],
  match: ['he'],
  path: ['/', '/info'],
  health_path: ['/', '/info'],
  expect_text: ['hello'],
  machine: ['m1'],
  to: [1],
  builder: ['default'],
  target: ['base'],
  wait_seconds: [0, 5],
  timeout: ['1s', '5s'],
  interval: ['15s'],
  grace_period: ['1s', '1m', '24h'],
  wait_timeout: ['5m', '24h'],
  set: ['vm.cpus=2', 'env.A=b', 'files.0.local_path=/etc/passwd', 'build.image=x'],
}

/** The same of fields that take something for each name. */
const knownByName: Readonly<Record<string, readonly unknown[]>> = {
  apps: [{ hello: {} }, { other: { context: 'sub' } }, { hello: { context: '.' }, 'new-app': {} }],
}

/** A value that the field takes; with `badness`, now and then one that it does not. */
function goodValue(name: string, schema: Schema, badness = 0): fc.Arbitrary<unknown> {
  const good = goodOf(name, schema, badness)
  if (badness === 0 || schema.type === 'object') return good
  const share = Math.round(badness * 100)
  return fc.oneof(
    { weight: 100 - share, arbitrary: good },
    { weight: share, arbitrary: badValue(name, schema) },
  )
}

function goodOf(name: string, schema: Schema, badness: number): fc.Arbitrary<unknown> {
  const ofObject = schema.type === 'object' ? knownByName[name] : undefined
  const values = ofObject ?? known[name.replace(/^expect_image$/, 'image')]
  if (values !== undefined) return fc.constantFrom(...values)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return fc.integer({
        min: Number(schema.minimum ?? 0),
        max: Number(schema.maximum ?? 1_000_000),
      })
    case 'string':
      return textOf(schema)
    case 'array':
      return fc.array(goodValue('', schema.items as Schema, badness), {
        minLength: schema.minItems ?? 0,
        maxLength: 3,
      })
    default:
      return objectOf(schema, badness)
  }
}

function textOf({ pattern, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ maxLength: Math.min(maxLength, 40) })
  return fc.stringMatching(new RegExp(pattern), { maxLength: 40 })
}

function objectOf(schema: Schema, badness: number): fc.Arbitrary<unknown> {
  const { properties, required = [], additionalProperties: values, propertyNames: keys } = schema
  if (properties === undefined) {
    const key = hostileIn(textOf((keys ?? {}) as Schema), badness)
    return fc.dictionary(key, goodValue('', (values ?? {}) as Schema, badness), { maxKeys: 3 })
  }
  const names = Object.keys(properties)
  const fields = names.map((name) => {
    const value = goodValue(name, properties[name] as Schema, badness)
    const isNeeded = required.includes(name) || (name === 'app' && takesEither(properties))
    return [name, isNeeded ? value : maybe(value, names.length)] as const
  })
  return fc.record(Object.fromEntries(fields)).map(withoutAbsent).map(withOneOf)
}

/** Few of many: with every second of thirty fields some would always contradict each other. */
function maybe(value: fc.Arbitrary<unknown>, outOf: number): fc.Arbitrary<unknown> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: outOf, arbitrary: fc.constant(undefined) },
    { weight: 4, arbitrary: value },
  )
}

function withoutAbsent(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function withOneOf(fields: object): object {
  const { app: _app, ...rest } = fields as { readonly app?: unknown }
  return takesEither({ ...fields }) ? rest : fields
}

function hostileIn(good: fc.Arbitrary<string>, badness: number): fc.Arbitrary<string> {
  if (badness === 0) return good
  return fc.oneof(
    { weight: 3, arbitrary: good },
    { weight: 1, arbitrary: hostileText('names', good) },
  )
}

/** Mostly of the field's own type, for others are refused at once. */
function badValue(name: string, schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 6, arbitrary: hostileOf(name, schema) },
    { weight: 1, arbitrary: wrongValue },
  )
}

function hostileOf(name: string, schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      return hostileText(name, goodOf(name, schema, 0) as fc.Arbitrary<string>)
    case 'integer':
    case 'number':
      return hostileNumber
    case 'array':
      return fc.array(hostileOf(name, schema.items as Schema), { minLength: 1, maxLength: 3 })
    case 'object':
      return schema.properties === undefined
        ? fc.dictionary(hostileText('names', fc.constant('NAME')), hostileIn(fc.string(), 1), {
            minKeys: 1,
            maxKeys: 3,
          })
        : withOneBadField(schema)
    default:
      return wrongValue
  }
}
