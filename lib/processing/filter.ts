import type { CloudEvent } from '../schemas/cloudevent.ts'

export type FilterOptions = {
  /** Globs on the event's type: `*` is any text, `?` any character. */
  readonly types: readonly string[]
  /** Globs on the extension `priority`, whatever its case. An event without one is not judged by it. */
  readonly priorities: readonly string[]
}

/**
 * Whether an event is wanted. Each list is read as ceilometer reads its own: the last glob that matches decides, `!` in front
 * of it says no. What no glob matches is wanted if the list says no first, or is empty.
 */
export const createFilter = ({ types, priorities }: FilterOptions): ((event: CloudEvent) => boolean) => {
  const wantedType = lastMatch(types)
  const wantedPriority = lastMatch(priorities.map((glob) => glob.toLowerCase()))
  if (types.length === 0 && priorities.length === 0) return () => true
  return (event) =>
    wantedType(event.type) && (event.priority === undefined || wantedPriority(event.priority.toLowerCase()))
}

const lastMatch = (globs: readonly string[]): ((text: string) => boolean) => {
  const byDefault = globs[0]?.startsWith('!') ?? true
  const rules = globs.map((glob) => ({ wanted: !glob.startsWith('!'), matches: toRegExp(glob.replace(/^!/, '')) }))
  return (text) => rules.findLast(({ matches }) => matches.test(text))?.wanted ?? byDefault
}

/** Not a file glob library's: there, `*` would stop at a slash and `.` in front be special. */
export const toRegExp = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[\\^$.|+()[\]{}/]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  )
