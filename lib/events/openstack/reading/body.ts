import { DecodeError } from '../../../errors.ts'
import type { Budget } from '../../budget.ts'
import { utf8Text } from '../../parse-json.ts'
import { decompress } from './decompress.ts'

/**
 * A message's bytes as text. With kombu_compression set, oslo.messaging compresses them, and only a header says so that most
 * relays drop: so they are told by their first bytes. A `content-encoding: utf-8` means nothing.
 *
 * @throws DecodeError for bytes that are no text, or cannot be decompressed within the budget
 */
export const textOf = (body: Buffer, budget: Budget): string => {
  if (body.length === 0) throw new DecodeError('the body is empty: expected a notification in JSON')
  return utf8Text(decompress(body, budget))
}
