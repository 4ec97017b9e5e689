import { closeTagFrame, nameFrame, openFrame } from './frames.ts'
import { hideValue, type Scan } from './hide-value.ts'
import { keyBefore } from './key-before.ts'
import { isSecretName, judgeKey } from './secret-key.ts'
import { saysNothing } from './value-span.ts'

export const openTag = (scan: Scan, at: number): number => {
  const { text } = scan.view
  END.lastIndex = at
  if (END.test(text)) {
    leaveElement(scan)
    return at + 1
  }
  const tag = tagAt(text, at)
  if (tag === '') return at + 1
  openFrame(scan.frames, '<', at)
  nameFrame(scan.frames, isSecretName(tag))
  return at + 1 + tag.length
}

const tagAt = (text: string, at: number): string => {
  TAG.lastIndex = at + 1
  return TAG.exec(text)?.[0] ?? ''
}

const withoutPrefix = (tag: string): string => tag.slice(tag.lastIndexOf(':') + 1)

const TAG = /[a-z][\w.:-]{0,79}/iy
/** JSON may escape the slash. */
const END = /<\\{0,7}\//y

/** Hides the content of `<password>`, of `<meta key="password">`, and of the value after `<name>password</name>`. */
export const closeTag = (scan: Scan, at: number): number => {
  const frame = closeTagFrame(scan.frames)
  const { text } = scan.view
  if (frame === undefined || text[at - 1] === '/') return at + 1
  const tag = withoutPrefix(tagAt(text, frame.at))
  const isHidden = frame.isNamed || (scan.elements !== undefined && isValueTag(tag))
  if (isHidden) {
    // The value can be in an element inside.
    if (frame.isNamed && scan.elements === undefined) scan.elements = -1
  } else if (isNameTag(tag)) {
    if (hasSecretName(text, at + 1)) scan.elements ??= 0
    else if (scan.elements === 0) scan.elements = undefined
  }
  if (scan.elements !== undefined) scan.elements++
  return isHidden ? hideContent(scan, at + 1) : at + 1
}

const leaveElement = (scan: Scan): void => {
  if (scan.elements !== undefined && --scan.elements < 0) scan.elements = undefined
}

const hideContent = ({ view: { text }, hide }: Scan, from: number): number => {
  const isCdata = text.startsWith(CDATA, from)
  const start = isCdata ? from + CDATA.length : from
  const end = text.indexOf(isCdata ? ']]>' : '<', start)
  const next = end === -1 ? text.length : end
  if (isCdata || !saysNothing(text.slice(start, next).trim())) hide(start, next)
  return next
}

const CDATA = '<![CDATA['

/** As in XML-RPC, property lists and the maps of Java. */
const isValueTag = (tag: string): boolean => judgeKey(tag) === 'value' || TYPE.test(tag)

const TYPE = /^(?:string|str|base64|i[48]|int|integer|long|double|real|item)$/i

/** In the maps of Java the names are strings as well. */
const isNameTag = (tag: string): boolean => judgeKey(tag) === 'name' || STRING.test(tag)

const STRING = /^string$/i

/** Whether the content from here to the end tag is the name of a secret. */
const hasSecretName = (text: string, from: number): boolean => {
  NAME.lastIndex = from
  const [, name] = NAME.exec(text) ?? []
  return name !== undefined && isSecretName(name.trim())
}

const NAME = /(?:<!\[CDATA\[)?([\w.:$/\s-]{1,120})(?:\]\]>)?<\\{0,7}\//y

/** Hides the table cell beside the name of a secret, as in the tables that OpenStack's clients print. */
export const hideCell = (scan: Scan, at: number): number => {
  const { text } = scan.view
  const key = keyBefore(text, at)
  if (key.name === '' || !isSecretName(key.name)) return at + 1
  return /\| {1,9}$/.test(text.slice(Math.max(0, key.start - 10), key.start))
    ? hideValue(scan, key, 'secret', at + 1, 1)
    : at + 1
}
