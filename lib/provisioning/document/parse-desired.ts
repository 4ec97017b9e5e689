import { isCollection, isMap, isScalar, Lexer, parseDocument, visit, type YAMLMap } from 'yaml'
import { DesiredError } from './faults.ts'

/** In characters. JSON costs a tenth of what YAML costs. */
const MAX_JSON = 1_048_576
const MAX_YAML = 262_144
/** A rule has about 70 in block style. */
const MAX_YAML_TOKENS = 25_000
const MAX_DEPTH = 64
const MAX_ALIASES = 100

/**
 * Reads YAML, or JSON. The time is linear in the length of the text.
 *
 * @throws DesiredError without any text of the document, which may hold secrets
 */
export const parseDesired = (text: string): unknown => {
  if (text.length > MAX_JSON) throw invalid(`is longer than ${MAX_JSON} characters: split it`)
  const value = parseJson(text)
  return value === undefined ? parseYaml(text) : value
}

const invalid = (message: string): DesiredError => new DesiredError([{ path: '', message }])

const tooDeep = (): DesiredError => invalid(`is nested deeper than ${MAX_DEPTH} levels: make it flatter`)

const duplicateKey = (place = ''): DesiredError => invalid(`has the same key twice in one mapping${place}: remove one`)

const parseJson = (text: string): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  // JSON.parse keeps the last of two equal keys and says nothing.
  if (countMembers(value) !== countKeys(text)) throw duplicateKey()
  return value
}

const countMembers = (root: unknown): number => {
  let count = 0
  let level = [root]
  for (let depth = 0; level.length > 0; depth += 1) {
    const objects = level.filter((value) => typeof value === 'object' && value !== null)
    if (depth >= MAX_DEPTH && objects.length > 0) throw tooDeep()
    for (const value of objects) if (!Array.isArray(value)) count += Object.keys(value as object).length
    level = objects.flatMap((value) => Object.values(value as object))
  }
  return count
}

const countKeys = (json: string): number => {
  let count = 0
  for (const [, colon] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g)) if (colon !== undefined) count += 1
  return count
}

const parseYaml = (text: string): unknown => {
  checkSize(text)
  const document = compose(text)
  const [error] = document.errors
  if (error !== undefined) throw invalid(`is neither YAML nor JSON${lineAt(error.pos[0], text)}`)
  checkNodes(document, text)
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch {
    throw invalid('has an alias that is unknown, or too many of them: write the values out')
  }
}

const checkSize = (text: string): void => {
  const remedy = 'split it, or write it as JSON'
  if (text.length > MAX_YAML) throw invalid(`is YAML of more than ${MAX_YAML} characters: ${remedy}`)
  let tokens = 0
  for (const _ of new Lexer().lex(text)) {
    tokens += 1
    if (tokens > MAX_YAML_TOKENS) throw invalid(`is YAML of more than ${MAX_YAML_TOKENS} tokens: ${remedy}`)
  }
}

/** The parser compares each key with all others of its mapping, so `checkKeys` does that instead. */
const compose = (text: string) => {
  const { stackTraceLimit } = Error
  try {
    // Every fault of a text becomes an Error, most of whose cost is a stack that nobody reads.
    Error.stackTraceLimit = 0
    return parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const checkNodes = (document: ReturnType<typeof compose>, text: string): void => {
  let aliases = 0
  visit(document, {
    Alias: () => {
      aliases += 1
      if (aliases > MAX_ALIASES) throw invalid(`has more than ${MAX_ALIASES} aliases: write the values out`)
    },
    Collection: (_key, node, path) => {
      if (path.filter(isCollection).length >= MAX_DEPTH) throw tooDeep()
      if (isMap(node)) checkKeys(node, text)
    },
  })
}

const checkKeys = ({ items }: YAMLMap, text: string): void => {
  const seen = new Set<string>()
  for (const { key } of items) {
    if (!isScalar(key)) throw invalid('has a key that is no text: write a name before the colon')
    const name = String(key.value)
    if (seen.has(name)) throw duplicateKey(lineAt(key.range?.[0] ?? 0, text))
    seen.add(name)
  }
}

const lineAt = (offset: number, text: string): string => ` (line ${text.slice(0, offset).split('\n').length})`
