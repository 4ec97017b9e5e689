import * as z from 'zod/mini'
import type { Delivery } from '../delivery.ts'
import { AuthenticationError, NotANotificationError, type TidingsError, toTidingsError } from '../errors.ts'
import { CephRecord } from '../schemas/ceph-notification.ts'
import { schemaError } from '../schemas/schema-error.ts'
import { REDACTED, secretMatcher } from '../secrets.ts'
import { type CephEvent, cephEvent } from './ceph.ts'
import type { Decode } from './decode.ts'
import { parseJson } from './parse-json.ts'

/**
 * Reads Ceph bucket notifications: `{"Records":[…]}` as RGW sends it (also in CloudEvents binary mode, which leaves the
 * body as it is), or one bare record as Knative's CephSource does.
 *
 * @param opaqueSecrets when not empty, every record must show one of them in `opaqueData`; events leave without it
 */
export const createCephDecoder = (opaqueSecrets: readonly string[]): Decode => {
  const isKnown = secretMatcher(opaqueSecrets)
  const guarded = opaqueSecrets.length > 0

  return (delivery) => {
    const document = parse(delivery, guarded)
    if (isTestNotification(document)) return { events: [], faults: [] }
    const { records, path } = recordsOf(document)
    if (guarded && !records.every((record) => isKnown(opaqueDataOf(record)))) {
      throw new AuthenticationError('opaqueData is none of the known secrets: set it on the topic (OpaqueData)')
    }
    const events: CephEvent[] = []
    const faults: TidingsError[] = []
    for (const [index, record] of records.entries()) {
      if (!z.validate(CephRecord, record)) faults.push(schemaError(CephRecord, record, path(index)))
      else if (!TEST_EVENT.test(record.eventName)) {
        events.push(cephEvent(guarded ? { ...record, opaqueData: REDACTED } : record))
      }
    }
    return { events, faults }
  }
}

const parse = ({ body }: Delivery, guarded: boolean): unknown => {
  if (body.length === 0) throw new NotANotificationError('the body is empty: expected {"Records":[…]}')
  try {
    return parseJson(body)
  } catch (cause) {
    // Whoever sends what cannot be read has not shown the secret that stands in it.
    if (guarded) throw new AuthenticationError('the body cannot be read, so it shows no opaqueData', { cause })
    throw toTidingsError(cause)
  }
}

const TEST_EVENT = /^(s3:)?TestEvent$/

/** Sent once, to try an endpoint, by NooBaa (a JSON text) and by other S3 servers. Ceph sends none. */
const isTestNotification = (document: unknown): boolean =>
  document === 'test notification' || (isObject(document) && document.Event === 's3:TestEvent')

type Records = { readonly records: readonly unknown[]; readonly path: (index: number) => readonly PropertyKey[] }

const recordsOf = (document: unknown): Records => {
  if (isObject(document)) {
    if (Array.isArray(document.Records)) {
      return { records: document.Records, path: (index) => ['Records', index] }
    }
    if ('s3' in document && 'eventName' in document) return { records: [document], path: () => [] }
  }
  throw new NotANotificationError('Records: expected a list, as in {"Records":[…]}', { field: 'Records' })
}

const opaqueDataOf = (record: unknown): string => {
  const opaqueData = isObject(record) ? record.opaqueData : undefined
  return typeof opaqueData === 'string' ? opaqueData : ''
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
