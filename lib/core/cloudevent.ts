import { crypto } from '../process/secrets.ts'

/**
 * A CloudEvent 1.0 in its JSON form (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md),
 * as far as we write it. Extensions are lower-case attributes beside the required ones.
 */
export type CloudEvent<Data = unknown> = {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject?: string
  /** RFC 3339, with the fraction the sender gave. */
  readonly time?: string
  readonly datacontenttype: 'application/json'
  /** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/sequence.md: text order is time order. */
  readonly sequence?: string
  /** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md */
  readonly traceparent?: string
  readonly tracestate?: string
  /** OpenStack's priority, in lower case as filters compare it. */
  readonly priority?: string
  readonly data: Data
}

// Texts of senders as attributes of a CloudEvent: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system.
// Control characters, noncharacters and halves of a surrogate pair may not stand in one.

const PLAIN = /^[\x20-\x7e]*$/
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}]/gu

/** A text with a blank for each character that may not stand in it. */
export const attributeText = (text: string): string =>
  PLAIN.test(text) ? text : text.toWellFormed().replace(FORBIDDEN, ' ')

/** An id as it is, or a hash of it: two ids stay two. */
export const attributeId = (id: string): string =>
  attributeText(id) === id ? id : crypto().hash('sha256', JSON.stringify(id), 'base64url')

/** Replaces blanks, and characters that are not printable ASCII, by `_`. */
export const attributeType = (type: string): string =>
  PRINTABLE.test(type) ? type : type.replace(/[^\x21-\x7e]/gu, '_')

const PRINTABLE = /^[\x21-\x7e]*$/

/** A part of a source, which is a reference to a URI. */
export const sourcePart = (text: string): string => (IN_PATH.test(text) ? text : encode(text))

/** The characters that senders use and that are allowed unescaped in the path of a URI. */
const IN_PATH = /^[\w.:@~-]*$/

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(/%(?:3A|40)/g, decodeURIComponent)
