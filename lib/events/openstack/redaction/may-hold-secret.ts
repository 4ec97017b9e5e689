/** Whether a JSON text holds what tells of a secret in one of its texts, other than a colon or a space. */
export const hasSigns = (json: string): boolean => {
  for (const sign of SIGNS) if (json.includes(sign)) return true
  return false
}

/** The last three are of gAAAA, eyJ and tokens/: a search is fast where its first letter is rare. */
const SIGNS = ["'", '=', '\\', '<', '%', 'AAAA', 'yJ', 'kens/']

/**
 * Whether a text is worth a search: not for ids, addresses, dates, plain URLs, words and prose, which most texts are.
 *
 * @param hasSign whether the JSON around it has one
 */
export const mayHoldSecret = (text: string, hasSign: boolean): boolean =>
  (hasSign || text.includes(':') || text.includes(' ')) && !DATE.test(text) && SIGN.test(text)

/** Colons but those of `05:06:07`, `fa:16:3e` and `http://`, and spaces before an option or behind a word that says secret. */
const SIGN =
  /["'=<%@\\\n\t]|:[^\da-f/]|[^\da-f]:[^/]| -[^ ]|[Ee]arer |[Bb]asic |[Nn]egotiate |BEGIN |gAAAA|eyJ|tokens\//
const DATE = /^\d{4}-\d\d-\d\d[T ][\d:.+Z]{5,21}$/
