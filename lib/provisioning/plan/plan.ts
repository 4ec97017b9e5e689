import type { Issue } from '../document/faults.ts'
import type { AttributeName } from '../document/topic-attributes.ts'

/** What there is to do. Plain data without secrets. */
export type Plan = {
  readonly changes: readonly Change[]
  /** What is missing and not ours to create: nothing can be applied before. */
  readonly problems: readonly Issue[]
  /** Attributes that the gateway takes and does nothing about. */
  readonly ignored: readonly Ignored[]
  /** What would have been removed, if others did not use it. */
  readonly kept: readonly Kept[]
  /** What the gateway does not show, where that matters. */
  readonly notes?: readonly string[]
}

/** The bucket is absent where it is another user's. */
export type Kept = { readonly topic: string; readonly usedBy: readonly { bucket?: string; rule: string }[] }

/** An attribute that the gateway takes and does nothing about. */
export type Ignored = { readonly topic: string; readonly attribute: AttributeName; readonly message: string }

/** One thing that is not as it should be. Plain data without secrets, fit for JSON and for eyes. */
export type Change = {
  /**
   * `bind`: put a rule as it is again, since older gateways keep a copy of the topic with it. `move`: a rule to another
   * topic.
   */
  readonly action: 'create' | 'update' | 'bind' | 'move' | 'remove'
  readonly kind: 'topic' | 'bucket' | 'rule'
  /** Of the topic or the bucket; the id of a rule. */
  readonly name: string
  /** Of a rule. */
  readonly bucket?: string
  readonly differences: readonly Difference[]
}

export type Difference = {
  readonly name: string
  /** Absent where there is none yet, or where it is what the gateway does by itself. */
  readonly from?: string
  /** Absent where none is wanted. */
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
 * A plan for eyes, ending with a line end:
 *
 * ```
 * ~ topic tidings-uploads
 *     opaqueData: [redacted] -> ${env:OPAQUE}
 * + rule tidings-uploads of bucket photos
 *     events: ObjectCreated:*
 * 1 to create, 1 to update
 * ```
 */
export const diffText = ({ changes, problems, ignored, kept, notes = [] }: Plan): string => {
  const lines = [
    ...changes.flatMap(changeLines),
    ...problems.map(({ path, message }) => `! ${path}: ${message}`),
    ...ignored.map(({ topic, message }) => `! topic ${topic}: ${message}`),
    ...kept.map(
      ({ topic, usedBy }) => `! topic ${topic}: kept, since others use it: ${usedBy.map(ruleName).join(', ')}`,
    ),
    ...notes.map((note) => `! ${note}`),
    summary(changes),
  ]
  return `${lines.join('\n')}\n`
}

const changeLines = (change: Change): string[] => {
  const { action, kind, name, bucket, differences } = change
  const place = bucket === undefined ? '' : ` of bucket ${bucket}`
  return [`${SIGNS[action]} ${kind} ${name}${place}`, ...differences.map((one) => `    ${differenceText(one)}`)]
}

const differenceText = ({ name, from, to }: Difference): string => {
  if (from === undefined) return `${name}: ${to ?? ''}`
  return `${name}: ${from} -> ${to ?? '(none)'}`
}

const ruleName = ({ bucket, rule }: Kept['usedBy'][number]): string =>
  bucket === undefined ? `rule ${rule} of another user's bucket` : `${bucket}/${rule}`

const summary = (changes: readonly Change[]): string => {
  if (changes.length === 0) return 'nothing to do'
  const actions = (Object.keys(WORDS) as Change['action'][]).map((action) => ({
    // Object.keys forgets the names.
    count: changes.filter((change) => change.action === action).length,
    words: WORDS[action],
  }))
  return actions.flatMap(({ count, words }) => (count > 0 ? [`${count} ${words}`] : [])).join(', ')
}
