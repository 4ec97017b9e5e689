import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { structured } from '../../envelopes/cloudevent-samples.ts'
import type { Random } from './random.ts'
import { MARK } from './secrets.ts'

export type Message = { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> }

const JSON_TYPE = { 'content-type': 'application/json' }
const BATCH_TYPE = { 'content-type': 'application/cloudevents-batch+json' }
const EVENT_TYPE = { 'content-type': 'application/cloudevents+json' }

/** Text that JSON.parse takes otherwise than it was meant, or not at all. */
const broken = (random: Random, text: string): string => {
  switch (random.below(9)) {
    case 0:
      return text.slice(0, random.below(text.length + 1))
    case 1:
      return text.replace(/:\d+/, random.pick([':1e999', ':123456789012345678901234567890', ':-0', ':NaN', ':01']))
    case 2:
      return `${text}${random.pick([',', '}', ' ', '\n', '\0', text])}`
    case 3:
      return `${random.pick(['\ufeff', '\ufeff\ufeff', ' ', '\0', ")]}',\n", '//'])}${text}`
    case 4:
      return text.replaceAll(
        /[^\x20-\x7e]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    case 5:
      return text.replace('{', '{"a":1,"a":2,"__proto__":{"polluted":1},')
    case 6:
      return JSON.stringify(text)
    case 7:
      return `${'['.repeat(5000)}${text}${random.percent(50) ? ']'.repeat(5000) : ''}`
    default:
      return text.replaceAll('":', '" :\t')
  }
}

/** The name of the list that a pair stands in counts as well. */
const AROUND_A_SECRET = 1000

/** Some bits turned, but near a secret: its name has to stay what makes it one. */
const flipped = (random: Random, bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  for (let count = 1 + random.below(4); count > 0 && copy.length > 0; count--) {
    const at = random.below(copy.length)
    const near = bytes.subarray(Math.max(0, at - AROUND_A_SECRET), at + AROUND_A_SECRET)
    if (!near.includes(MARK)) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
  }
  return copy
}

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

/** A text as bytes, in a character set, perhaps broken, compressed, or inside a CloudEvent. */
export const wrap = (random: Random, given: string): Message => {
  const text = random.percent(20) ? broken(random, given) : given
  switch (random.below(26)) {
    case 0:
      return { body: Buffer.from(`\ufeff${text}`, 'utf16le'), headers: JSON_TYPE }
    case 1:
      return { body: swapped(`\ufeff${text}`), headers: JSON_TYPE }
    case 2:
      return { body: Buffer.from(text, 'utf16le'), headers: { 'content-type': 'application/json; charset=utf-16le' } }
    case 3:
      return { body: gzipSync(text), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }
    case 4:
      return { body: deflateSync(text), headers: { ...JSON_TYPE, compression: 'application/x-gzip' } }
    case 5:
      return { body: gzipSync(gzipSync(text)), headers: JSON_TYPE }
    case 6:
      return { body: deflateRawSync(text), headers: { ...JSON_TYPE, 'content-encoding': 'deflate' } }
    case 7:
      return { body: Buffer.concat([Buffer.from('BZh9'), gzipSync(text)]), headers: JSON_TYPE }
    case 8:
      return { body: gzipSync(text).subarray(0, -1 - random.below(20)), headers: JSON_TYPE }
    case 9:
      return { body: Buffer.from(text, 'latin1'), headers: { 'content-type': 'text/plain; charset=latin1' } }
    case 10:
      return { body: Buffer.from(structured(text)), headers: EVENT_TYPE }
    case 11:
      return { body: Buffer.from(structured(Buffer.from(text))), headers: random.percent(50) ? EVENT_TYPE : JSON_TYPE }
    case 12:
      return { body: Buffer.from(structured(gzipSync(text))), headers: EVENT_TYPE }
    case 13:
      return {
        body: Buffer.from(`[${structured(text)},${structured(text, { id: random.pick([1, '', 'b']) })},7]`),
        headers: BATCH_TYPE,
      }
    case 14:
      return { body: Buffer.from(structured(structured(structured(text)))), headers: EVENT_TYPE }
    case 15:
      return {
        body: Buffer.from(text),
        headers: { ...JSON_TYPE, 'ce-specversion': '1.0', 'ce-id': 'a', 'ce-source': '/b', 'ce-type': 'c' },
      }
    case 16:
      return { body: flipped(random, Buffer.from(text)), headers: JSON_TYPE }
    case 17:
      return { body: flipped(random, Buffer.from(text)), headers: random.pick([EVENT_TYPE, BATCH_TYPE]) }
    case 18:
      return { body: flipped(random, gzipSync(text)), headers: JSON_TYPE }
    default:
      return { body: Buffer.from(text), headers: random.percent(80) ? JSON_TYPE : {} }
  }
}
