/** The candidate that is nearest to what was typed, or undefined where none is near. */
export const nearest = (typed: string, candidates: Iterable<string>): string | undefined => {
  const limit = Math.max(1, Math.floor(typed.length / 3))
  const [best] = [...candidates]
    .map((candidate) => ({ candidate, distance: distanceBetween(typed.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((one, other) => one.distance - other.distance)
  return best?.candidate
}

/** ` Did you mean X?`, to stand behind a sentence; nothing where no candidate is near. */
export const suggestion = (typed: string, candidates: Iterable<string>): string => {
  const near = nearest(typed, candidates)
  return near === undefined ? '' : ` Did you mean ${near}?`
}

/** How many letters have to be put in, left out or replaced to make one text the other (Levenshtein). */
const distanceBetween = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1]
    for (const [index, above] of row.slice(1).entries()) {
      const replaced = (row[index] ?? 0) + (letter === other[index] ? 0 : 1)
      next.push(Math.min(replaced, above + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
