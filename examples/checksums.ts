// A catalogue of the SHA-256 of every object, in a SQLite file: CATALOGUE, by default checksums.sqlite.
// Needs RGW_ENDPOINT, RGW_ACCESS_KEY and RGW_SECRET_KEY.
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import { type CephContext, ceph } from 'tidings'

const database = new DatabaseSync(process.env.CATALOGUE ?? 'checksums.sqlite')
database.exec(`CREATE TABLE IF NOT EXISTS checksums (
  bucket TEXT, key TEXT, sha256 TEXT, bytes INTEGER, sequence TEXT, PRIMARY KEY (bucket, key))`)

// An object that is gone keeps its row, without a checksum: an older event that comes late must not bring it back.
const write = database.prepare(`INSERT INTO checksums VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes, sequence = excluded.sequence
  WHERE excluded.sequence >= checksums.sequence`)

const note = ({ event, record }: CephContext, sha256: string | null, bytes: number | null): void => {
  write.run(record.bucket, record.key, sha256, bytes, event.sequence ?? '')
}

export const handler = ceph({ name: 'checksums', orderBy: 'key', concurrency: 4 })
  .on('ObjectCreated:*', { fromFunctions: true }, async (context) => {
    const object = await context.record.get()
    // It was deleted in the meantime. The event of that comes too.
    if (object === undefined) return
    const hash = createHash('sha256')
    await pipeline(object.body, hash)
    note(context, hash.digest('hex'), object.size)
  })
  .on('ObjectRemoved:*', (context) => note(context, null, null))
  .on('LifecycleExpiration:*', (context) => note(context, null, null))
