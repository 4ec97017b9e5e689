import type { Change, Difference } from './change.ts'
import type { Kept, Plan } from './plan.ts'

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
