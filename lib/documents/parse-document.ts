import { duplicateKey, invalid, MAX_DEPTH, tooDeep } from './document-issues.ts'
import { parseYaml } from './read-yaml.ts'

/** In characters. JSON costs a tenth of what YAML costs. */
const MAX_JSON = 1_048_576

/**
 * Reads YAML, or JSON. The time is linear in the length of the text.
 *
 * @throws DocumentError without any text of the document, which may hold secrets
 */
export const parseDocument = (text: string): unknown => {
  if (text.length > MAX_JSON) throw invalid(`the document is longer than ${MAX_JSON} characters: split it`)
  const value = parseJson(text)
  return value === undefined ? parseYaml(text) : value
}

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
