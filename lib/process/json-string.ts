const BACKSLASH = 0x5c

/**
 * Where a JSON string ends: behind its closing quote, or with the text if there is none.
 *
 * @param at where its opening quote is
 */
export const endOfString = (text: string, at: number): number => {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    // An even number of backslashes escape one another, not the quote.
    if ((end - before) % 2 === 1) return end + 1
  }
  return text.length
}
