import type { TextView } from './text-view.ts'

/**
 * The start and end of a value that YAML writes below its key, indented deeper than the key. Undefined if the value begins in
 * the key's line.
 *
 * @param from the position after the delimiter
 */
export const blockSpan = (
  view: TextView,
  keyStart: number,
  from: number,
): { readonly start: number; readonly end: number } | undefined => {
  const { text } = view
  BLOCK.lastIndex = from
  if (!BLOCK.test(text)) return undefined
  const start = BLOCK.lastIndex
  const indentation = indentationAt(text, startOfLine(text, keyStart))
  const limit = endOfText(view, start)
  let end = start
  for (let line = start; line < limit; ) {
    const lineEnd = Math.min(limit, endOfLine(text, line))
    const depth = indentationAt(text, line)
    const isBlankLine = line + depth >= lineEnd
    if (!isBlankLine && depth <= indentation && !(depth === indentation && text.startsWith('- ', line + depth))) break
    if (!isBlankLine) end = lineEnd
    line = lineEnd + 1
  }
  return { start, end }
}

/** The position after the tags and anchors that YAML has before a value. */
export const skipProperties = (text: string, from: number): number => {
  PROPERTIES.lastIndex = from
  return PROPERTIES.test(text) ? PROPERTIES.lastIndex : from
}

const PROPERTIES = /(?:[ \t]{1,32}[!&][\w!.:/-]{0,80}){1,2}(?=[ \t\r\n])/y
const BLOCK = /[ \t]{0,32}(?:[|>][-+\d]{0,2}[ \t]{0,32})?\r?\n/y

/** The first line of a quoted text begins after the quote. */
const startOfLine = (text: string, at: number): number => {
  const start = text.lastIndexOf('\n', at - 1) + 1
  return start + text.slice(start, at).lastIndexOf('"') + 1
}

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

const indentationAt = (text: string, line: number): number => {
  let at = line
  while (text[at] === ' ') at++
  return at - line
}

/** If the line ends are escapes, the text ends at the first quote with fewer backslashes than they have. */
const endOfText = (view: TextView, start: number): number => {
  const level = view.widthOf(start - 1) - 1
  if (level <= 0) return view.text.length
  let backslashes = 0
  for (let at = start; at < view.text.length; at++) {
    const character = view.text[at]
    if (character === '"' && backslashes < level) return at - backslashes
    backslashes = character === '\\' ? backslashes + 1 : 0
  }
  return view.text.length
}
