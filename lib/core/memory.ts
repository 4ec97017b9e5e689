import { crypto } from '../process/secrets.ts'
import type { CloudEvent } from './cloudevent.ts'

/** Remembers which events were handed on, so that a redelivery to this process is not handed on again. */
export type Memory = {
  /** How many events are remembered. 0: duplicates do not matter. */
  readonly capacity: number
  /** Whether it was handed on before. */
  knows(event: CloudEvent): boolean
  /** To be called once it is in safe hands, not before: what failed has to come again. */
  remember(event: CloudEvent): void
}

/** Senders choose their ids: one of a megabyte must not stay in memory. Shorter ones are spared the hash, and its module. */
const MAX_KEY_LENGTH = 256

/** The key that identifies an event: CloudEvents requires source and id together to be unique. */
export const keyOf = ({ source, id }: CloudEvent): string => {
  const key = `${source}\0${id}`
  return key.length <= MAX_KEY_LENGTH ? key : crypto().hash('sha256', key, 'base64url')
}
