import { keyOf } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import { crypto } from '../process/secrets.ts'
import { type Key, partitionKey } from './partition-key.ts'

/** What a FIFO queue or topic wants beside the message: the group that keeps its order, and an id by which a second delivery is dropped. */
export const fifoOf = (event: CloudEvent, key: Key = 'subject') => ({
  MessageGroupId: hash(partitionKey(event, key) ?? event.source),
  MessageDeduplicationId: hash(keyOf(event)),
})

/** A name may be longer, and have other characters, than these ids. */
const hash = (text: string): string => crypto().hash('sha256', text, 'base64url')
