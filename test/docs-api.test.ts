// docs/api.md is made from the docstrings of what the package exports.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { apiDocument, type Exported, readExports } from '../scripts/api.ts'

const exported = readExports()

/** Whoever takes a name away breaks somebody's function, and whoever adds one has to keep it. */
const NAMES: Readonly<Record<Exported['entry'], string>> = {
  tidings: `
    AuthenticationError CephContext CephEvent CephEventData CephFilter CephFunction CephOptions CephPattern
    CephRecord CephRecordView CloudEvent Config ConfigError DeadLetterData DecodeError Delivery ErrorCode EventDraft
    EventName Format FunctionHandler Handle HandlerContext HandlerLog InternalError MethodError Middleware
    MiddlewareRequest NotANotificationError ObjectAccess OpenstackCloudEventType OpenstackContext OpenstackEvent
    OpenstackEventData OpenstackEventOf OpenstackEventType OpenstackFilter OpenstackFunction OpenstackOptions
    OpenstackPattern OpenstackService Origin Outcome Pair PayloadOf Phase PutOptions Reason Reasons Retry
    RetryOptions SchemaError SetAside Sink SinkRefusedError SinkUnavailableError StoredContent StoredRecord
    TidingsError ceph cephEvent hasCode isEvent isTidingsError openstack readConfig recordOf toReason toReasons
    toTidingsError`,
  'tidings/testing': `
    CephSample CephSampleEvent CephSampleOptions LogEntry Notification OpenstackSample OpenstackSampleOptions
    RunOptions RunResult cephSample openstackSample run`,
}

test('docs/api.md is what npm run api writes', () => {
  assert.equal(readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8'), apiDocument(exported))
})

test('every export says what it is', () => {
  assert.deepEqual(
    exported.filter(({ documentation }) => documentation === '').map(({ name }) => name),
    [],
  )
})

for (const [entry, names] of Object.entries(NAMES)) {
  test(`${entry} exports these names and no others`, () => {
    const found = exported.filter((one) => one.entry === entry).map(({ name }) => name)
    assert.deepEqual(found.toSorted(), names.trim().split(/\s+/))
  })
}
