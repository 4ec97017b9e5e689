import { globMatcher } from '../../core/filter.ts'
import type { Issue } from '../../documents/document-issues.ts'
import type { Exchanges } from '../broker/exchanges.ts'
import type { Desired } from '../document/desired.ts'
import { DesiredError } from '../document/faults.ts'
import type { BoundRule } from '../document/rule.ts'
import { isTopicArn, RECORD_PREFIX } from '../document/topic.ts'
import type { Rgw } from '../gateway/rgw-client.ts'
import type { Topic } from '../gateway/topics.ts'
import { concurrently, type Run } from './run.ts'

/** The topics and rules of a gateway, as they were read. */
export type State = {
  readonly topics: ReadonlyMap<string, Topic>
  /** The rules of the buckets that were asked for; undefined for a bucket that does not exist. */
  readonly buckets: ReadonlyMap<string, readonly BoundRule[] | undefined>
  /** The names of topics that are listed and belong to other users. */
  readonly foreign?: ReadonlySet<string>
  /** Why settings of topics that are named by their ARN cannot be changed. */
  readonly topicProblems?: readonly Issue[]
  /** Those that the document wants declared; absent where nobody looked for them. */
  readonly exchanges?: Exchanges
}

/** The ARN of a topic that a document names; undefined where the topic does not exist yet. */
export const topicArnOf = (name: string, { topics }: State): string | undefined =>
  topics.get(name)?.arn ?? (isTopicArn(name) ? name : undefined)

/**
 * Replaces the patterns of a document by the buckets that match now. A bucket that the document also names gets the rules of both
 * entries. If two of them have one id, it gets the rule of the entry with its name.
 */
export const withMatches = async (rgw: Rgw, desired: Desired, run: Run): Promise<Desired> => {
  if (desired.patterns.length === 0) return desired
  const matchers = desired.patterns.map((pattern) => ({ ...pattern, matches: globMatcher(pattern.match) }))
  const names = (await rgw.listBuckets(run.signal)).filter((name) => matchers.some(({ matches }) => matches(name)))
  const needsTags = matchers.some(({ tags }) => tags.size > 0)
  const buckets = new Map(desired.buckets.map((bucket) => [bucket.name, bucket]))
  await concurrently(names, run.concurrency, async (name) => {
    const real = needsTags ? await rgw.readTags(name, run.signal) : new Map<string, string>()
    for (const { matches, tags, rules, path } of matchers) {
      if (!matches(name) || ![...tags].every(([key, value]) => real.get(key) === value)) continue
      const known = buckets.get(name) ?? {
        name,
        create: false,
        objectLock: false,
        placement: undefined,
        rules: [],
        path,
      }
      const ids = new Set(known.rules.map(({ id }) => id))
      buckets.set(name, { ...known, rules: [...known.rules, ...rules.filter(({ id }) => !ids.has(id))] })
    }
  })
  return { ...desired, buckets: [...buckets.values()], patterns: [] }
}

export const readState = async (rgw: Rgw, buckets: readonly string[], run: Run): Promise<State> => {
  let done = 0
  const tell = (): void => run.onProgress?.({ stage: 'read', done, total: buckets.length + 1 })
  tell()
  const topics = await rgw.listTopics(run.signal)
  const rules = await concurrently(buckets, run.concurrency, async (bucket) => {
    const found = await rgw.readRules(bucket, run.signal)
    done += 1
    tell()
    return [bucket, found] as const
  })
  done += 1
  tell()
  const known = topics.filter(({ name }) => !name.startsWith(RECORD_PREFIX))
  return { topics: new Map(known.map((topic) => [topic.name, topic])), buckets: new Map(rules) }
}

const ACCOUNT = /^RGW\d{17}$/

/**
 * Marks the topics of other users. From 19 on a topic has one owner, and is listed to the users of its tenant whom its policy lets
 * read it. Topics of an account are listed to the users of that account alone.
 */
export const withOwners = async (rgw: Rgw, state: State, signal: AbortSignal | undefined): Promise<State> => {
  const topics = [...state.topics.values()].filter(
    ({ olderThan, owner, attributes }) =>
      olderThan === undefined && owner && !ACCOUNT.test(owner) && attributes.has('Policy'),
  )
  if (topics.length === 0) return state
  const own = await rgw.readOwner(signal)
  return { ...state, foreign: new Set(topics.filter(({ owner }) => owner !== own).map(({ name }) => name)) }
}

/**
 * Refuses buckets of other tenants (`tenant:bucket`) where the gateway would use the user's own bucket of that name instead.
 * 16.2.15 does so; 20.2.4 decides by the policy of the bucket. A gateway without topics does not show its release.
 *
 * @returns the tenant of the user where the document names tenants
 * @throws DesiredError, RgwRefusedError, RgwUnavailableError
 */
export const checkTenants = async (
  rgw: Rgw,
  { buckets }: Desired,
  signal: AbortSignal | undefined,
): Promise<string | undefined> => {
  const named = buckets.flatMap(({ name, path }) => {
    const end = name.indexOf(':')
    return end === -1 ? [] : [{ path, name, tenant: name.slice(0, end) }]
  })
  if (named.length === 0) return undefined
  const [tenant = '', user] = (await rgw.readOwner(signal)).split('$')
  const own = user === undefined ? '' : tenant
  const foreign = named.filter(({ tenant }) => tenant !== own)
  if (foreign.length === 0) return own
  const topics = await rgw.listTopics(signal)
  if (topics.some(({ olderThan }) => olderThan === undefined)) return own
  const place = own === '' ? 'no tenant' : `tenant ${own}`
  const message =
    `is a bucket of another tenant, and this user belongs to ${place}: before Ceph 19 the gateway would change the ` +
    "user's own bucket of that name, so use the keys of a user of that tenant"
  throw new DesiredError(foreign.map(({ path }) => ({ path: `${path}.name`, message })))
}
