import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  parseDocument as parseYamlDocument,
  visit,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml'
import { type DocumentError, duplicateKey, invalid, MAX_DEPTH, tooDeep } from './document-issues.ts'

/** In characters. */
const MAX_YAML = 262_144
/** A rule has about 70 in block style. */
const MAX_YAML_TOKENS = 25_000
const MAX_ALIASES = 100
/** The values of a document, where each alias counts as all that it stands for. */
const MAX_VALUES = 25_000
const TOO_MANY_VALUES = `the document has aliases that stand for more than ${MAX_VALUES} values: write fewer of them`

/**
 * Reads YAML. The time is linear in the length of the text.
 *
 * @throws DocumentError without any text of the document, which may hold secrets
 */
export const parseYaml = (text: string): unknown => {
  checkSize(text)
  const document = compose(text)
  const [error] = document.errors
  if (error !== undefined) throw unreadable(error, text)
  checkNodes(document, text)
  try {
    // The aliases were counted.
    return document.toJS({ maxAliasCount: -1 })
  } catch {
    throw invalid('the document has a merge key (<<) of a value that is not a mapping: write the values out')
  }
}

/** The nodes of a text that was read before; undefined where it is too large for YAML. */
export const composeYaml = (text: string): ReturnType<typeof compose> | undefined => {
  try {
    checkSize(text)
    return compose(text)
  } catch {
    return undefined
  }
}

const COLON = 'a colon stands where none is expected: quote texts that hold ": "'

const REASONS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation does not fit the lines above',
  TAB_AS_INDENT: 'a tab is used for indentation: use spaces',
  MISSING_CHAR: 'a quote, a bracket or a separator is missing',
  BLOCK_AS_IMPLICIT_KEY: COLON,
  BLOCK_IN_FLOW: COLON,
  BAD_SCALAR_START: 'a text begins with a character that has to be quoted',
}

const SEVERAL =
  'there are several documents, separated by ---, and one is expected: keep one of them. Resources of Rook become a document with: ' +
  'tidings provision import -f <file>'

/** The parser's own message quotes the text. */
const unreadable = ({ code, pos }: YAMLParseError, text: string): DocumentError => {
  const reason = REASONS[code] ?? 'a character is not expected here'
  const message = code === 'MULTIPLE_DOCS' ? SEVERAL : `cannot be read as YAML or JSON: ${reason}`
  return invalid(message, lineStarts(text)(pos[0]))
}

const checkSize = (text: string): void => {
  const remedy = 'split it, or write it as JSON'
  if (text.length > MAX_YAML) throw invalid(`the document is YAML of more than ${MAX_YAML} characters: ${remedy}`)
  let tokens = 0
  for (const _ of new Lexer().lex(text)) {
    tokens += 1
    if (tokens > MAX_YAML_TOKENS)
      throw invalid(`the document is YAML of more than ${MAX_YAML_TOKENS} tokens: ${remedy}`)
  }
}

/** The parser compares each key with all others of its mapping, so `checkKeys` does that instead. */
const compose = (text: string) => {
  const { stackTraceLimit } = Error
  try {
    // Every fault of a text becomes an Error. Most of its cost is the stack, which is not used.
    Error.stackTraceLimit = 0
    return parseYamlDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const NO_ANCHOR = 'an alias (*) has no anchor: quote texts that begin with *'

const checkNodes = (document: ReturnType<typeof compose>, text: string): void => {
  let aliases = 0
  let values = 0
  const sizeOf = createSizeOf(document)
  visit(document, {
    Alias: (_key, node, path) => {
      aliases += 1
      if (aliases > MAX_ALIASES)
        throw invalid(`the document has more than ${MAX_ALIASES} aliases: write the values out`)
      const meant = node.resolve(document)
      const place = () => lineStarts(text)(node.range?.[0] ?? 0)
      if (meant === undefined) throw invalid(NO_ANCHOR, place())
      if (path.includes(meant))
        throw invalid('an alias stands inside of what it stands for: write the values out', place())
      values += sizeOf(meant)
      if (values > MAX_VALUES) throw invalid(TOO_MANY_VALUES)
    },
    Collection: (_key, node, path) => {
      if (path.filter(isCollection).length >= MAX_DEPTH) throw tooDeep()
      if (isMap(node)) checkKeys(node, text)
    },
  })
}

/** How many values a node holds, with what its aliases stand for. Each node is counted once. No alias may stand inside of its target. */
const createSizeOf = (document: ReturnType<typeof compose>) => {
  const sizes = new Map<unknown, number>()
  const sizeOf = (node: unknown): number => {
    const known = sizes.get(node)
    if (known !== undefined) return known
    let size = 1
    if (isAlias(node)) size = sizeOf(node.resolve(document))
    else if (isPair(node)) size = sizeOf(node.value)
    else if (isCollection(node)) for (const item of node.items) size += sizeOf(item)
    sizes.set(node, size)
    return size
  }
  return sizeOf
}

const checkKeys = ({ items }: YAMLMap, text: string): void => {
  const seen = new Set<string>()
  for (const { key } of items) {
    if (!isScalar(key)) throw invalid('the document has a list or a mapping as a key: write a name before the colon')
    const name = String(key.value)
    if (seen.has(name)) throw duplicateKey(lineStarts(text)(key.range?.[0] ?? 0))
    seen.add(name)
  }
}

/** The line and the column of each offset in a text, counted from 1. */
export const lineStarts = (text: string): ((offset: number) => { line: number; column: number }) => {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
  return (offset) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}
