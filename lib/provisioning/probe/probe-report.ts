/**
 * The way of an event, in the order in which it goes:
 *
 * | hop    | passed when                                                                     |
 * |--------|---------------------------------------------------------------------------------|
 * | topic  | the gateway has the topic, with the endpoint of the document                    |
 * | rule   | the bucket has the rule, bound to the topic of the document                     |
 * | filter | the rule of the gateway matches the probe object and its event                  |
 * | put    | the gateway stored the object                                                   |
 * | queue  | the queue of a persistent topic gave the event away                             |
 * | push   | the endpoint was reached                                                        |
 * | token  | the endpoint knows the token                                                    |
 * | decode | the function read the notification                                              |
 * | remove | the object is removed again                                                     |
 */
export type Hop = 'topic' | 'rule' | 'filter' | 'put' | 'queue' | 'push' | 'token' | 'decode' | 'remove'

export type HopResult = {
  readonly hop: Hop
  /** `unseen`: the event cannot be followed there; the message says why. */
  readonly outcome: 'passed' | 'failed' | 'unseen'
  /** The time that it took, in milliseconds. */
  readonly ms?: number
  readonly message?: string
}

/** A rule and how far the event of its probe object came. Plain data without secrets. */
export type ProbedRule = {
  readonly bucket: string
  readonly rule: string
  readonly topic: string
  /**
   * `untested`: no object of ours can stand for those that the rule is about, or its event could not be followed to the end.
   * The message of a hop says why.
   */
  readonly outcome: 'passed' | 'failed' | 'untested'
  /** The key of the probe object; absent where none was put. */
  readonly key?: string
  readonly hops: readonly HopResult[]
}

export type ProbeReport = {
  readonly action: 'test'
  /** `untested`: no rule failed, and at least one could not be tested. */
  readonly outcome: ProbedRule['outcome']
  readonly rules: readonly ProbedRule[]
}

export const passed = (hop: Hop, ms?: number, message?: string): HopResult => ({
  hop,
  outcome: 'passed',
  ...(ms !== undefined && { ms: Math.round(ms) }),
  ...(message !== undefined && { message }),
})

export const failed = (hop: Hop, message: string, ms?: number): HopResult => ({
  hop,
  outcome: 'failed',
  ...(ms !== undefined && { ms: Math.round(ms) }),
  message,
})

export const unseen = (hop: Hop, message: string): HopResult => ({ hop, outcome: 'unseen', message })

/**
 * A report as text:
 *
 * ```
 * ok     rule tidings-uploads of bucket photos: topic, rule, filter, put 21 ms, push 4 ms, token, decode, remove 9 ms
 * failed rule thumbs of bucket photos: topic, rule, filter, put 20 ms, push 3 ms, remove 8 ms
 *     token: the function at http://host:8080 answered 401: …
 * 1 of 2 rules failed
 * ```
 */
export const reportText = ({ rules }: ProbeReport): string => {
  const failures = rules.filter(({ outcome }) => outcome === 'failed').length
  const untested = rules.filter(({ outcome }) => outcome === 'untested').length
  const summary = [
    failures > 0 && `${failures} of ${rules.length} rules failed`,
    untested > 0 && `${untested} of ${rules.length} rules could not be tested`,
    failures + untested === 0 && (rules.length === 0 ? 'the document has no rules' : 'all rules passed'),
  ]
  return `${[...rules.flatMap(ruleLines), summary.filter(Boolean).join(', ')].join('\n')}\n`
}

const WORDS = { passed: 'ok      ', failed: 'failed  ', untested: 'untested' }

const ruleLines = ({ bucket, rule, outcome, hops }: ProbedRule): string[] => {
  const way = hops
    .filter((one) => one.outcome === 'passed')
    .map(({ hop, ms }) => (ms === undefined ? hop : `${hop} ${ms} ms`))
  const told = hops.filter(({ message }) => message !== undefined)
  return [
    `${WORDS[outcome]} rule ${rule} of bucket ${bucket}${way.length > 0 ? `: ${way.join(', ')}` : ''}`,
    ...told.map((one) => `    ${one.hop}${one.outcome === 'unseen' ? ' (not seen)' : ''}: ${one.message}`),
  ]
}
