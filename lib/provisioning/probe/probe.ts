import { isTidingsError } from '../../process/errors.ts'
import type { Desired } from '../document/desired.ts'
import { RgwUnavailableError } from '../gateway/refusal.ts'
import { createRgw, type Rgw } from '../gateway/rgw-client.ts'
import { isPersistent } from '../plan/rule-order.ts'
import { concurrently, type Run } from '../plan/run.ts'
import { checkTenants, readState, type State, withMatches } from '../plan/state.ts'
import { checkedDocument, type ProvisioningOptions } from '../provision.ts'
import { addressOf, arrivalHops, type Received, sentHops, unseenPush } from './follow.ts'
import type { ProbeListener, Push } from './probe-listener.ts'
import { failed, type Hop, type HopResult, type ProbedRule, type ProbeReport, passed, unseen } from './probe-report.ts'
import {
  type Place,
  PROBE_ID,
  type ProbeEvent,
  type ProbeObject,
  probeEventFor,
  probeObjectFor,
  standingHops,
} from './standing.ts'

const CONCURRENCY = 8

/**
 * Tests the rules of a document with objects of its own.
 *
 * @throws DesiredError, RgwRefusedError, RgwUnavailableError
 */
export const probeDocument = async (
  document: unknown,
  options: ProvisioningOptions,
  probing: ProbeOptions,
): Promise<ProbeReport> => {
  const checked = checkedDocument(document, options)
  const run: Run = { concurrency: CONCURRENCY, ...options }
  const rgw = createRgw(options.connection)
  try {
    await checkTenants(rgw, checked, run.signal)
    const desired = await withMatches(rgw, checked, run)
    const buckets = desired.buckets.map(({ name }) => name)
    return await probeRules(rgw, desired, await readState(rgw, buckets, run), probing, run)
  } finally {
    rgw.close()
  }
}

export type ProbeOptions = {
  /** The notification that the gateway would send. */
  readonly notification: (event: ProbeEvent, of: Notified) => object
  /** In the place of the function. Absent: each notification is sent to the function from here. */
  readonly listener?: ProbeListener | undefined
  readonly receive: (push: Push) => Received
  /** How long the event of a plain topic, and the answer of a function, may take. */
  readonly plainMs: number
  /** How long the event of a persistent topic may take. A gateway looks for new queues every 30 s. */
  readonly persistentMs: number
}

export type Notified = ProbeObject & { readonly bucket: string; readonly rule: string; readonly opaqueData: string }

/**
 * Puts an object of its own for each rule of the document, follows its event, and removes it again, also when it is stopped.
 * Rules, topics and objects of others stay as they are.
 *
 * @throws RgwRefusedError, RgwUnavailableError
 */
const probeRules = async (
  rgw: Rgw,
  desired: Desired,
  state: State,
  options: ProbeOptions,
  run: Run,
): Promise<ProbeReport> => {
  const asked = desired.buckets.flatMap(({ name: bucket, rules }) => rules.map((rule) => ({ bucket, rule })))
  const rules = await concurrently(asked, run.concurrency, async ({ bucket, rule }): Promise<ProbedRule> => {
    const named = { bucket, rule: rule.id, topic: rule.topic }
    const topic = desired.topics.find(({ name }) => name === rule.topic)
    const [event, object] = [probeEventFor(rule), probeObjectFor(rule)]
    if (topic === undefined || event === undefined) return { ...named, ...untested(NO_EVENT) }
    if (object === undefined) return { ...named, ...untested(NO_KEY) }
    const place = { bucket, rule, topic, object, event }
    const standing = standingHops(place, state)
    if (standing.some(isFailed)) return { ...named, outcome: 'failed', hops: standing }
    if (await rgw.retainsObjects(bucket, run.signal)) return { ...named, ...untested(RETAINED) }
    const persistent = isPersistent(rule.topic, desired, state) === true
    const hops = [...standing, ...(await probePlace(rgw, place, state, persistent, options, run.signal))]
    return { ...named, outcome: outcomeOf(hops), key: object.key, hops }
  })
  return { action: 'test', outcome: outcomeOf(rules), rules }
}

/** Of hops or of rules: one that failed decides, then one that was not seen or not tested. */
const outcomeOf = (parts: readonly { readonly outcome: HopResult['outcome'] | ProbedRule['outcome'] }[]) => {
  if (parts.some(({ outcome }) => outcome === 'failed')) return 'failed'
  return parts.every(({ outcome }) => outcome === 'passed') ? 'passed' : 'untested'
}

const isFailed = ({ outcome }: HopResult): boolean => outcome === 'failed'

const untested = (message: string) => ({ outcome: 'untested', hops: [unseen('put', message)] }) as const

const NO_EVENT = 'a test causes ObjectCreated:Put and ObjectRemoved:Delete only, and the rule asks for neither of them'
const NO_KEY = 'no key was found that matches the regex of the rule and that nobody else uses'
const RETAINED =
  'the bucket keeps each new object for some time (default retention), so a test object could not be removed'

const probePlace = async (
  rgw: Rgw,
  place: Place,
  state: State,
  persistent: boolean,
  options: ProbeOptions,
  signal: AbortSignal | undefined,
): Promise<readonly HopResult[]> => {
  const { bucket, rule, topic, object, event } = place
  const { listener, plainMs, persistentMs } = options
  const limit = AbortSignal.timeout(persistent ? persistentMs : plainMs)
  const until = signal ? AbortSignal.any([signal, limit]) : limit
  const address = addressOf(place, state)
  const unfollowed = unseenPush(address)
  const arrival = unfollowed
    ? undefined
    : listener?.waitFor(PROBE_ID.exec(object.key)?.[0] ?? object.key, rule.id, until)
  arrival?.catch(() => {}) // It is awaited below, unless the object cannot be put.

  const follow = async (): Promise<readonly HopResult[]> => {
    if (unfollowed !== undefined) return [unfollowed]
    if (arrival !== undefined) return arrivalHops(arrival, limit, persistent, options.receive)
    const opaqueData = topic.attributes.get('opaqueData')?.reveal() ?? ''
    const notification = options.notification(event, { ...object, bucket, rule: rule.id, opaqueData })
    return sentHops(place, address, { notification, isPersistent: persistent, timeoutMs: plainMs, signal })
  }

  const hops: HopResult[] = []
  try {
    signal?.throwIfAborted()
    // Without the signal: a request that is given up may still be carried out, behind the removal.
    hops.push(await timed('put', () => rgw.putObject({ ...object, bucket })))
    if (!hops.some(isFailed)) {
      if (event === 'ObjectRemoved:Delete') await timed('remove', () => rgw.removeObject(bucket, object.key))
      hops.push(...(await follow()))
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    hops.push(await timed('remove', () => rgw.removeObject(bucket, object.key)))
  }
  if (signal?.aborted) {
    const [left] = hops.filter((hop) => hop.hop === 'remove' && isFailed(hop))
    const end =
      left === undefined ? 'its objects were removed' : `object ${object.key} of bucket ${bucket} is left: remove it`
    throw new RgwUnavailableError(`the test was stopped, and ${end}`, { cause: signal.reason })
  }
  return hops
}

/** The gateway's error is the message of the hop. */
const timed = async (hop: Hop, work: () => Promise<void>): Promise<HopResult> => {
  const started = performance.now()
  try {
    await work()
    return passed(hop, performance.now() - started)
  } catch (error) {
    if (!isTidingsError(error)) throw error
    return failed(hop, error.message, performance.now() - started)
  }
}
