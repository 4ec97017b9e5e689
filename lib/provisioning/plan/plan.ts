import type { Issue } from '../../documents/document-issues.ts'
import type { AttributeName } from '../document/topic.ts'

/** The changes that an action makes. Plain data without secrets. */
export type Plan = {
  readonly changes: readonly Change[]
  /** Things that are missing and that we do not create. Nothing can be applied until they exist. */
  readonly problems: readonly Issue[]
  /** Attributes that the gateway takes and does nothing about. */
  readonly ignored: readonly Ignored[]
  /** Things that would have been removed, but that others still use. */
  readonly kept: readonly Kept[]
  /** Settings that the gateway does not show, if that matters. */
  readonly notes?: readonly string[]
}

/** The bucket is absent where it is another user's. */
export type Kept = { readonly topic: string; readonly usedBy: readonly { bucket?: string; rule: string }[] }

/** An attribute that the gateway accepts and ignores. */
export type Ignored = { readonly topic: string; readonly attribute: AttributeName; readonly message: string }

/** One difference between the document and the gateway. Plain data without secrets. */
export type Change = {
  /**
   * `bind`: put an unchanged rule again, since older gateways keep a copy of the topic with it. `move`: bind a rule to
   * another topic.
   */
  readonly action: 'create' | 'update' | 'bind' | 'move' | 'remove'
  readonly kind: 'topic' | 'bucket' | 'rule' | 'exchange'
  /** The name of the topic, the bucket or the exchange; the id of the rule. */
  readonly name: string
  /** The bucket of a rule. */
  readonly bucket?: string
  /** The topic of an exchange. */
  readonly topic?: string
  readonly differences: readonly Difference[]
}

export type Difference = {
  readonly name: string
  /** Absent where nothing is set yet, or where it is the gateway's default. */
  readonly from?: string
  /** Absent where nothing is wanted. */
  readonly to?: string
}

export const difference = (name: string, from: string | undefined, to: string | undefined): Difference => ({
  name,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
})

const SIGNS: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  bind: '=',
  move: '>',
  remove: '-',
}

const WORDS: Readonly<Record<Change['action'], string>> = {
  create: 'to create',
  update: 'to update',
  bind: 'to bind again',
  move: 'to move',
  remove: 'to remove',
}

/**
 * A plan as text, ending with a line end:
 *
 * ```
 * ~ topic tidings-uploads
 *     opaqueData: [redacted] -> ${env:OPAQUE}
 * + rule tidings-uploads of bucket photos
 *     events: ObjectCreated:*
 * 1 to create, 1 to update
 * ```
 */
export const diffText = ({ changes, problems, ignored, kept, notes = [] }: Plan, unchanged = UNCHANGED): string => {
  const lines = [
    ...changes.flatMap(changeLines),
    ...problems.map(({ path, message }) => `! ${path}: ${message}`),
    ...ignored.map(({ topic, message }) => `! topic ${topic}: ${message}`),
    ...kept.map(
      ({ topic, usedBy }) =>
        `! topic ${topic}: not removed, because other rules use it: ${usedBy.map(ruleName).join(', ')}`,
    ),
    ...notes.map((note) => `! ${note}`),
    changes.length === 0 ? (problems.length > 0 ? BLOCKED : unchanged) : summary(changes),
  ]
  return `${lines.join('\n')}\n`
}

const UNCHANGED = 'no changes: the gateway matches the document'
const BLOCKED = 'nothing can be applied before that is solved'

const changeLines = (change: Change): string[] => {
  const { action, kind, name, bucket, topic, differences } = change
  const place = bucket !== undefined ? ` of bucket ${bucket}` : topic !== undefined ? ` of topic ${topic}` : ''
  return [`${SIGNS[action]} ${kind} ${name}${place}`, ...differences.map((one) => `    ${differenceText(one)}`)]
}

const differenceText = ({ name, from, to }: Difference): string => {
  if (from === undefined) return `${name}: ${to ?? ''}`
  return `${name}: ${from} -> ${to ?? '(none)'}`
}

const ruleName = ({ bucket, rule }: Kept['usedBy'][number]): string =>
  bucket === undefined ? `rule ${rule} in a bucket of another user` : `${bucket}/${rule}`

const summary = (changes: readonly Change[]): string => {
  const actions = (Object.keys(WORDS) as Change['action'][]).map((action) => ({
    // Object.keys forgets the names.
    count: changes.filter((change) => change.action === action).length,
    words: WORDS[action],
  }))
  return actions.flatMap(({ count, words }) => (count > 0 ? [`${count} ${words}`] : [])).join(', ')
}
