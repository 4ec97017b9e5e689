import { REDACTED } from '../process/secrets.ts'
import { hideFields } from './secret-fields.ts'
import { hideShapes, hideSpokenSecrets } from './secret-shapes.ts'
import { viewOf } from './text-view.ts'

type Span = { readonly start: number; end: number; readonly quote: string }

/**
 * Removes the secrets from a text: values under the name of a secret, and values with the shape of a secret. The text can be
 * JSON, JSON inside JSON, the repr of a Python object, YAML, a query or prose, complete or broken. Escapes are decoded for the
 * search. JSON stays JSON, unless one of its texts breaks off inside a field or a quote of its own.
 */
export const hideInText = (text: string): string => {
  const view = viewOf(text)
  const spans: Span[] = []
  const hide = (start: number, end: number, quote = ''): void => {
    if (end > start) spans.push({ start, end, quote })
  }
  hideFields(view, hide)
  hideSpokenSecrets(view, hide)
  hideShapes(view, hide, (inner) => hideInText(inner) !== inner)
  if (spans.length === 0) return text
  const parts: string[] = []
  let done = 0
  for (const { start, end, quote } of joined(spans)) {
    parts.push(text.slice(done, view.sourceOf(start)), quote, REDACTED, quote)
    done = view.sourceOf(end)
  }
  return parts.join('') + text.slice(done)
}

/** Sorted; overlapping spans are joined. */
const joined = (spans: Span[]): readonly Span[] => {
  const result: Span[] = []
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1)
    if (last !== undefined && span.start < last.end) last.end = Math.max(last.end, span.end)
    else result.push({ ...span })
  }
  return result
}
