import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { catalogueDocument, catalogueFile, catalogueTypes, documentFile, readRows } from '../../../scripts/catalogue.ts'
import { payloadsFile, payloadTypes, readSamples } from '../../../scripts/payloads.ts'
import { openstackCaptures } from '../../fixtures.ts'

const rows = readRows()

test('the types and the document are up to date (npm run catalogue)', () => {
  assert.equal(readFileSync(catalogueFile, 'utf8'), catalogueTypes(rows))
  assert.equal(readFileSync(documentFile, 'utf8'), catalogueDocument(rows))
  assert.equal(readFileSync(payloadsFile, 'utf8'), payloadTypes(readSamples()))
})

test('the table has no line twice and no unknown word', () => {
  const keys = rows.map(({ service, eventType, format }) => `${service} ${eventType} ${format}`)
  assert.deepEqual(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    [],
  )
  assert.deepEqual([...new Set(rows.map(({ format }) => format))].sort(), ['cadf', 'legacy', 'versioned'])
  assert.deepEqual([...new Set(rows.flatMap(({ priorities }) => priorities))].sort(), [
    'ERROR',
    'INFO',
    'SAMPLE',
    'WARN',
  ])
})

test('it knows every event type that a service was seen to send', () => {
  const known = new Set(rows.map(({ eventType }) => eventType))
  const seen = openstackCaptures().flatMap(({ body }) => /\\?"event_type\\?": \\?"([^"\\]+)/.exec(body)?.[1] ?? [])
  assert.ok(seen.length > 150)
  assert.deepEqual(
    seen.filter((eventType) => !known.has(eventType) && !eventType.startsWith('pubtest.')),
    [],
  )
})
