import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { routesJsonSchema } from '../../../lib/sinks/routes/route-document.ts'

test('docs/routes.schema.json is up to date (npm run schema), and the package exports it', () => {
  const file = new URL('../../../docs/routes.schema.json', import.meta.url)
  // By way of text, which is how an absent value goes away.
  const now = JSON.parse(JSON.stringify(routesJsonSchema()))
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), now)
  assert.deepEqual(createRequire(import.meta.url)('tidings/routes.schema.json'), now)
})
