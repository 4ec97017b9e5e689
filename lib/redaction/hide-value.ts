import { endOfCredentials } from './credentials-span.ts'
import type { Frames } from './frames.ts'
import type { Key } from './key-before.ts'
import type { KeyVerdict } from './secret-key.ts'
import type { TextView } from './text-view.ts'
import { isOpening, saysNothing, skipBlanks, valueSpan } from './value-span.ts'

/** Hides a stretch of a view. `quote` goes around what stands there instead. */
export type Hide = (start: number, end: number, quote?: string) => void

export type Scan = {
  readonly view: TextView
  readonly hide: Hide
  readonly frames: Frames
  /** Letters of options that take a password, of the programs that the text names; undefined until an option is met. */
  options: string | undefined
}

/** @returns where to go on, behind the value if it is hidden */
export const hideValue = (
  { view, hide }: Pick<Scan, 'view' | 'hide'>,
  key: Pick<Key, 'name' | 'quote'>,
  verdict: KeyVerdict,
  from: number,
  encoding: number,
): number => {
  const { text } = view
  const start = key.quote === '' ? skipSpaces(text, from) : skipBlanks(text, from)
  if (verdict === 'credential' && isOpening(text[start])) return start
  const span = valueSpan(view, start, encoding)
  if (span.kind !== 'bare') {
    if (!saysNothing(text.slice(span.start, span.end)))
      hide(span.start, span.end, span.kind === 'quoted' ? '' : key.quote)
    return span.next
  }
  const end = endOfCredentials(view, span.start, span.end, HEADER.test(key.name))
  const value = text.slice(span.start, end)
  if (!saysNothing(value) && !(verdict === 'secrets' && /^\d+$/.test(value))) hide(span.start, end, key.quote)
  return Math.max(end, from)
}

const HEADER = /authorization$|cookie$/i

export const skipSpaces = (text: string, from: number): number => {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}
