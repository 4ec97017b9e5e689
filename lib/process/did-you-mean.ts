/** Longer names are not compared: the time grows with the square of the length. */
const MAX_LENGTH = 64
const MIN_BEGINNING = 4

/**
 * The name that was probably meant: the nearest one, if at most a third of the letters differ, or else the only one that begins
 * with what was written. Undefined if several names are equally near.
 */
export const nearest = (written: string, names: Iterable<string>): string | undefined => {
  const candidates = [...new Set(names)]
  if (written.length > MAX_LENGTH) return undefined
  const limit = Math.min(3, Math.max(1, Math.floor(written.length / 3)))
  const near = candidates
    .map((name) => ({ name, distance: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter((one) => one.distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  const [first, second] = near
  if (first === undefined) return written.length < MIN_BEGINNING ? undefined : onlyOneThatBegins(written, candidates)
  return first.distance !== second?.distance ? first.name : undefined
}

const onlyOneThatBegins = (written: string, candidates: readonly string[]): string | undefined => {
  const [name, ...others] = candidates.filter((candidate) => candidate.startsWith(written))
  return others.length === 0 ? name : undefined
}

/** Edits from one text to the other: a character added, left out, replaced, or swapped with the next (Levenshtein, Damerau). */
const distance = (from: string, to: string): number => {
  if (Math.abs(from.length - to.length) > 3) return Number.POSITIVE_INFINITY
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const now = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      now[column] = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = now
  }
  return last[to.length] ?? 0
}

/** The name from which what was written differs by one character: added, left out, replaced, or swapped with the next. */
export const oneCharacterFrom = (written: string, names: readonly string[]): string | undefined =>
  names.find((name) => distance(written, name) === 1)

/** ` Did you mean X?`, to follow a sentence; empty where no name is near. */
export const suggestion = (written: string, names: Iterable<string>): string => {
  const name = nearest(written, names)
  return name === undefined ? '' : ` Did you mean ${name}?`
}

/** `, got 'abc'`: what was found, on one line and not too long. */
export const got = (text: string): string =>
  `, got '${(text.length > 40 ? `${text.slice(0, 40)}…` : text).replaceAll(/\p{C}/gu, '?')}'`

const HOST_AND_PORT = /^(?:localhost|[\w.-]{1,60}:\d{1,5})$/

/** As `got`, for a text that may hold a secret: empty, except for a host and its port. */
export const gotHost = (text: string): string => (HOST_AND_PORT.test(text) ? got(text) : '')

/** To follow `localhost:8080`, where a URL was expected. */
export const schemeHint = (text: string, scheme: string): string =>
  HOST_AND_PORT.test(text) ? `: did you mean ${scheme}//${text}?` : ''
