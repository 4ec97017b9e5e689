import * as z from 'zod/mini'
import type { Test } from '../../core/condition.ts'
import { SINK_MODES } from '../http-sink.ts'

/**
 * tidings.config.yaml or .json: which events go to which sinks.
 *
 * ```yaml
 * routes:
 *   - when: { type: "com.amazonaws.s3.ObjectCreated:*", data: { s3.bucket.name: photos } }
 *     to: [kafka://broker:9092/photos, { url: https://example.org/hook, required: false, mode: structured }]
 *   - when: { any: [ { priority: error }, { kind: identity.authenticate, data: { outcome: failure } } ] }
 *     to: https://example.org/alarms
 *   - otherwise: drop
 * deadLetters: file:///var/lib/tidings/dead-letters.ndjson
 * ```
 *
 * Unknown names are errors, so that a typo is not ignored.
 */
const described = <Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description })
  return schema
}

export const EXAMPLE_ROUTE = '{ to: https://example.org/events }'

const text = () => z.string().check(z.minLength(1, 'is empty: write a value, or remove the setting'))

/** Which events: all that is named must hold. `any`, `all` and `not` join conditions. */
export type ConditionDocument = {
  readonly any?: readonly ConditionDocument[] | undefined
  readonly all?: readonly ConditionDocument[] | undefined
  readonly not?: ConditionDocument | undefined
  /** Tests of values in the event's data, by their path: `{ 's3.object.size': { min: 1 } }`. */
  readonly data?: Readonly<Record<string, Test>> | undefined
  /** Tests of attributes of the event. */
  readonly [attribute: string]: unknown
}

const build = () => {
  const TestSchema: z.ZodMiniType<Test> = z.lazy(() =>
    z.union(
      [z.string(), z.number(), z.boolean(), z.null(), z.array(TestSchema), WordsSchema],
      'must be a text, a number, true, false, null, a list of these, or a mapping such as { prefix: a }',
    ),
  )

  const WordsSchema = z.strictObject({
    exact: described(z.optional(z.string()), 'The whole text, where * and ? stand for themselves'),
    prefix: described(z.optional(z.string()), 'What the text begins with'),
    suffix: described(z.optional(z.string()), 'What the text ends with'),
    min: described(z.optional(z.number()), 'The least number that fits'),
    max: described(z.optional(z.number()), 'The largest number that fits'),
    exists: described(z.optional(z.boolean()), 'Whether the event has the value at all'),
    any: described(z.optional(z.array(TestSchema)), 'Tests of which one must hold'),
    all: described(z.optional(z.array(TestSchema)), 'Tests that must all hold'),
    not: described(z.optional(TestSchema), 'A test that must not hold'),
  })

  const ConditionSchema: z.ZodMiniType<ConditionDocument> = z.lazy(() =>
    z.catchall(
      z.object({
        any: described(z.optional(z.array(ConditionSchema)), 'Conditions of which one must hold'),
        all: described(z.optional(z.array(ConditionSchema)), 'Conditions that must all hold'),
        not: described(z.optional(ConditionSchema), 'A condition that must not hold'),
        data: described(
          z.optional(z.record(z.string(), TestSchema)),
          'Tests of values in the data of the event, by their path: s3.object.size',
        ),
      }),
      TestSchema,
    ),
  )

  const TargetSchema = z.strictObject({
    url: described(text(), `The URL of the sink. It may hold \${env:NAME}, whose value is never printed`),
    required: described(
      z.optional(z.boolean()),
      'false: an event counts as handled although this sink did not take it. Default: true',
    ),
    mode: described(z.optional(z.enum(SINK_MODES)), 'How an HTTP sink gets its events. Default: SINK_MODE'),
    timeoutMs: described(
      z.optional(z.int().check(z.minimum(1, 'must be 1 or more'))),
      'The limit of one attempt, in milliseconds. Default: SINK_TIMEOUT_MS',
    ),
    retries: described(
      z.optional(z.int().check(z.minimum(0, 'must be 0 or more'), z.maximum(20, 'must be 20 or less'))),
      'Attempts after the first. Default: SINK_RETRIES',
    ),
  })

  const TARGET = 'must be the URL of a sink, or a mapping such as { url: https://example.org/events }'
  const Target = z.union([text(), TargetSchema], TARGET)
  const Targets = z.union(
    [text(), TargetSchema, z.array(Target).check(z.minLength(1, 'is empty: name a sink'))],
    `${TARGET}, or a list of these`,
  )

  const RouteSchema = z.strictObject({
    when: described(z.optional(ConditionSchema), 'Which events: all that is named must hold'),
    to: described(z.optional(Targets), 'The sinks that get them'),
    otherwise: described(
      z.optional(z.union([z.literal('drop'), Targets])),
      'The sinks of the events that no route matches, or drop. It stands alone, in the last route',
    ),
  })

  const RoutesSchema = z.strictObject({
    $schema: z.optional(z.string()),
    routes: described(
      z.array(RouteSchema).check(z.minLength(1, `is empty: write a route such as ${EXAMPLE_ROUTE}`)),
      'An event goes to the sinks of every route that matches it',
    ),
    deadLetters: described(z.optional(text()), 'The URL of the sink of dead letters. Default: DEAD_LETTER_URL'),
  })
  return { RoutesSchema, RouteSchema, Targets, TargetSchema, WordsSchema }
}

type Schemas = ReturnType<typeof build>
export type TargetDocument = z.infer<Schemas['TargetSchema']>
export type TargetsDocument = z.infer<Schemas['Targets']>
export type RoutesDocument = z.infer<Schemas['RoutesSchema']>

let built: Schemas | undefined

/** Made when they are first needed: a function without routes starts without them. */
const schemas = (): Schemas => {
  built ??= build()
  return built
}

export const routesSchema = (): Schemas['RoutesSchema'] => schemas().RoutesSchema

/** The names that each part of the document may have. */
export const routeNames = () => {
  const { RoutesSchema, RouteSchema, TargetSchema, WordsSchema } = schemas()
  return {
    document: Object.keys(RoutesSchema.shape),
    route: Object.keys(RouteSchema.shape),
    target: Object.keys(TargetSchema.shape),
    test: Object.keys(WordsSchema.shape),
  }
}

/** For editors. */
export const routesJsonSchema = (): object => ({ title: 'tidings.config', ...z.toJSONSchema(routesSchema()) })
