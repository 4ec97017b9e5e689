import type { CloudEvent } from './cloudevent.ts'

type FilterOptions = {
  /** Globs on the event's type: `*` is any text, `?` any character. */
  readonly types: readonly string[]
  /** Globs on the extension `priority`, ignoring case. They do not apply to an event without a priority. */
  readonly priorities: readonly string[]
}

/**
 * Tells whether an event is wanted. The lists work like ceilometer's: the last glob that matches decides, and a glob with `!`
 * in front excludes. If no glob matches, the event is wanted when the list is empty or begins with an excluding glob.
 */
export const createFilter = ({ types, priorities }: FilterOptions): ((event: CloudEvent) => boolean) => {
  const wantedType = lastMatch(types)
  const wantedPriority = lastMatch(priorities.map((glob) => glob.toLowerCase()))
  if (types.length === 0 && priorities.length === 0) return () => true
  return (event) =>
    wantedType(event.type) && (event.priority === undefined || wantedPriority(event.priority.toLowerCase()))
}

const lastMatch = (globs: readonly string[]): Matches => {
  const byDefault = globs[0]?.startsWith('!') ?? true
  const rules = globs.map((glob) => ({ wanted: !glob.startsWith('!'), matches: globMatcher(glob.replace(/^!/, '')) }))
  return (text) => rules.findLast(({ matches }) => matches(text))?.wanted ?? byDefault
}

type Matches = (text: string) => boolean

/**
 * A library for file globs does not fit: there `*` stops at a slash, and a leading `.` is special. A regular expression with
 * several `*` tries all ways to divide a text. Here each part between two `*` is matched at its first occurrence; if that
 * does not lead to a match, no later occurrence does.
 */
export const globMatcher = (glob: string): Matches => {
  const [first = '', ...rest] = glob.split('*')
  const last = rest.pop()
  if (last === undefined) return (text) => text.length === first.length && isAt(first, text, 0)
  return (text) => {
    const end = text.length - last.length
    if (end < first.length || !isAt(first, text, 0) || !isAt(last, text, end)) return false
    let at = first.length
    for (const part of rest) {
      const found = find(part, text, at)
      if (found === -1) return false
      at = found + part.length
    }
    return at <= end
  }
}

const ANY = '?'

/** The first occurrence of the part at or after a position; -1 if there is none. */
const find = (part: string, text: string, from: number): number => {
  if (!part.includes(ANY)) return text.indexOf(part, from)
  for (let at = from; at <= text.length - part.length; at++) {
    if (isAt(part, text, at)) return at
  }
  return -1
}

const isAt = (part: string, text: string, position: number): boolean => {
  for (let index = 0; index < part.length; index++) {
    if (part[index] !== ANY && part[index] !== text[position + index]) return false
  }
  return true
}
