import { cephCapture } from '../fixtures.ts'

export type WireRecord = { eventName: string; opaqueData: string; s3: { object: { key: string; size: unknown } } }

/** A captured record about the key that is given, as on the wire, free to be changed. */
export const wireRecord = (key: string, changes: Partial<WireRecord> = {}): WireRecord => {
  const { Records } = JSON.parse(cephCapture('20.2.4/ObjectCreated_Put.plain.1').body) as { Records: [WireRecord] } // A capture.
  const record = Records[0]
  return { ...record, s3: { ...record.s3, object: { ...record.s3.object, key } }, ...changes }
}

/** A record that lacks what every record has. */
export const brokenRecord = (key: string): WireRecord => {
  const record = wireRecord(key)
  return { ...record, s3: { ...record.s3, object: { ...record.s3.object, size: 'large' } } }
}

export const notification = (...records: readonly WireRecord[]): string => JSON.stringify({ Records: records })
