import * as z from 'zod/mini'
import type { Decode } from '../core/decoder.ts'
import type { Delivery } from '../core/delivery.ts'
import {
  AuthenticationError,
  DecodeError,
  NotANotificationError,
  SchemaError,
  type TidingsError,
  toTidingsError,
} from '../process/errors.ts'
import { parseJson } from '../process/parse-json.ts'
import { REDACTED, secretMatcher } from '../process/secrets.ts'
import { schemaError } from '../process/wire-schema.ts'
import { type CephEvent, eventOf } from './ceph-event.ts'
import { type CephEventData, eventDataOf, isEventData } from './ceph-event-data.ts'
import { CephRecord, isObject } from './ceph-notification.ts'

/**
 * Reads Ceph bucket notifications: `{"Records":[…]}` as RGW sends it (also in CloudEvents' binary mode, which does not change
 * the body), or one bare record as Knative's CephSource sends it.
 *
 * @param opaqueSecrets if not empty, every record must have one of them in `opaqueData`; the events do not contain it
 */
export const createCephDecoder = (opaqueSecrets: readonly string[]): Decode => {
  const isKnown = secretMatcher(opaqueSecrets)
  const guarded = opaqueSecrets.length > 0

  const decode: Decode = (delivery) => {
    const document = parse(delivery, guarded)
    if (isTestNotification(document)) return { events: [], faults: [] }
    const { records, path } = recordsOf(document)
    if (guarded) {
      const unknown = records.map(opaqueDataOf).find((opaqueData) => !isKnown(opaqueData))
      if (unknown === '') throw new AuthenticationError('opaqueData is missing: set OpaqueData on the topic')
      if (unknown !== undefined) throw new AuthenticationError('opaqueData is unknown: expected one of OPAQUE_SECRETS')
    }
    if (records.length > MAX_RECORDS) {
      throw new DecodeError(`Records: expected at most ${MAX_RECORDS} records, found ${records.length}`, {
        field: 'Records',
      })
    }
    const events: CephEvent[] = []
    const faults: TidingsError[] = []
    let unread = 0
    for (const [index, candidate] of records.entries()) {
      const data = read(candidate)
      if (data !== undefined) events.push(eventOf(guarded ? { ...data, opaqueData: REDACTED } : data))
      else if (isTest(candidate)) continue
      else if (faults.length < MAX_FAULTS) faults.push(schemaError(CephRecord, candidate, path(index)))
      else unread++
    }
    if (unread > 0) faults.push(new SchemaError(`${unread} more records do not match the schema`, { field: 'Records' }))
    return { events, faults }
  }
  return Object.assign(decode, { checksSecret: guarded })
}

/** RGW sends one record a notification. A body of 1 MiB cannot hold more valid records than this. */
const MAX_RECORDS = 10_000

/** Explaining a mismatch is slow, and a dead letter with 500,000 reasons is useless. */
const MAX_FAULTS = 10

/** The data of the record's event, if it matches the schema as it is or without its nulls. Undefined if it is not a record of an event. */
const read = (candidate: unknown): CephEventData | undefined => {
  if (!isObject(candidate) || isTest(candidate)) return undefined
  if (isEventData(candidate)) return candidate
  if (z.validate(CephRecord, candidate)) return eventDataOf(candidate)
  const rest = withoutNulls(candidate)
  return z.validate(CephRecord, rest) ? eventDataOf(rest) : undefined
}

/** Scality writes null for a field without a value. A null in a list stays, because its position may matter. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  const entries = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(entries.map(([name, item]) => [name, withoutNulls(item)]))
}

const parse = ({ body }: Delivery, guarded: boolean): unknown => {
  if (body.length === 0) throw new NotANotificationError('the body is empty: expected {"Records":[…]}')
  try {
    return parseJson(body)
  } catch (cause) {
    // A body that cannot be read has not shown the secret that is inside it.
    if (guarded)
      throw new AuthenticationError('the body cannot be read, so its opaqueData cannot be checked', { cause })
    throw toTidingsError(cause)
  }
}

/** Servers send it to test an endpoint. AWS and NooBaa call the field `Event`. */
const isTest = (value: unknown): boolean => isObject(value) && (isTestName(value.Event) || isTestName(value.eventName))

const isTestName = (name: unknown): boolean => name === 's3:TestEvent' || name === 'TestEvent'

/** NooBaa (a JSON text) and other S3 servers send it once. Ceph does not send it. */
const isTestNotification = (document: unknown): boolean => document === 'test notification' || isTest(document)

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
