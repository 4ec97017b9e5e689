import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import * as s3 from '../services/s3.ts'
import { bucketFor, gatewayVariables, serveExample } from './serve-example.ts'

const directory = mkdtempSync(`${tmpdir()}/tidings-checksums-`)
after(() => rmSync(directory, { recursive: true }))

test('the catalogue has the checksum of every object that is there, and survives a restart', async () => {
  const CATALOGUE = `${directory}/checksums.sqlite`
  const rows = () => {
    const database = new DatabaseSync(CATALOGUE, { readOnly: true })
    try {
      return database
        .prepare('SELECT key, sha256, bytes FROM checksums ORDER BY key')
        .all()
        .map((row) => ({ ...row }))
    } finally {
      database.close()
    }
  }
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  {
    await using host = await serveExample('checksums.ts', { ...gatewayVariables(), CATALOGUE })
    const client = await bucketFor('example-checksums', host)
    await s3.putObject(client, 'example-checksums', 'a', 'first')
    await s3.putObject(client, 'example-checksums', 'b/ü', 'other')
    await s3.putObject(client, 'example-checksums', 'a', 'second')
    assert.deepEqual(rows(), [
      { key: 'a', sha256: sha256('second'), bytes: 6 },
      { key: 'b/ü', sha256: sha256('other'), bytes: 5 },
    ])
  }
  await using host = await serveExample('checksums.ts', { ...gatewayVariables(), CATALOGUE })
  const client = await bucketFor('example-checksums', host)
  await s3.deleteObject(client, 'example-checksums', 'a')
  assert.deepEqual(rows(), [
    { key: 'a', sha256: null, bytes: null },
    { key: 'b/ü', sha256: sha256('other'), bytes: 5 },
  ])
})
