import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runDirect } from './fuzz/run-direct.ts'
import { runHttp } from './fuzz/run-http.ts'

/** `npm run test:fuzz` sends 200,000, of other seeds too. */
const SEED = 1

describe('requests that are nearly notifications', () => {
  test('are answered by a host as documented, and show no secret anywhere', async () => {
    assert.deepEqual((await runHttp(1000, SEED)).faults, {})
  })

  test('are answered by the functions of every platform as documented, and show no secret anywhere', async () => {
    assert.deepEqual((await runDirect(2000, SEED)).faults, {})
  })
})
