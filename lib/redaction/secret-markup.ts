import { closeTagFrame, nameFrame, openFrame } from './frames.ts'
import { hideValue, type Scan } from './hide-value.ts'
import { keyBefore } from './key-before.ts'
import { isSecretName } from './secret-key.ts'
import { saysNothing } from './value-span.ts'

export const openTag = (scan: Scan, at: number): number => {
  TAG.lastIndex = at + 1
  const [tag] = TAG.exec(scan.view.text) ?? []
  if (tag === undefined) return at + 1
  openFrame(scan.frames, '<', at)
  nameFrame(scan.frames, isSecretName(tag))
  return at + 1 + tag.length
}

const TAG = /[a-z][\w.:-]{0,79}/iy

/** Hides the content of `<password>` and `<meta key="password">`. */
export const closeTag = ({ view, frames, hide }: Scan, at: number): number => {
  const isNamed = closeTagFrame(frames)
  const { text } = view
  if (!isNamed || text[at - 1] === '/') return at + 1
  if (text.startsWith(CDATA, at + 1)) {
    const end = text.indexOf(']]>', at)
    const next = end === -1 ? text.length : end
    hide(at + 1 + CDATA.length, next)
    return next
  }
  const end = text.indexOf('<', at)
  const next = end === -1 ? text.length : end
  if (!saysNothing(text.slice(at + 1, next).trim())) hide(at + 1, next)
  return next
}

const CDATA = '<![CDATA['

/** Hides the table cell beside the name of a secret, as in the tables that OpenStack's clients print. */
export const hideCell = (scan: Scan, at: number): number => {
  const { text } = scan.view
  const key = keyBefore(text, at)
  if (key.name === '' || !isSecretName(key.name)) return at + 1
  return /\| {1,9}$/.test(text.slice(Math.max(0, key.start - 10), key.start))
    ? hideValue(scan, key, 'secret', at + 1, 1)
    : at + 1
}
