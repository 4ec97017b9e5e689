import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issueText } from '../../../lib/documents/document-issues.ts'
import { parseDesired, placedIn, readDesired } from '../../../lib/provisioning/document/desired.ts'
import { DesiredError } from '../../../lib/provisioning/document/faults.ts'

const options = { resolve: { env: () => 'value', file: () => undefined }, secretsAllowed: true }

/** The faults of a document, as a person sees them. */
const faults = (text: string): string[] => {
  try {
    readDesired(parseDesired(text), options)
    return []
  } catch (thrown) {
    const error = placedIn(thrown, text)
    assert.ok(error instanceof DesiredError)
    return error.issues.map(issueText)
  }
}

const topic = (setting: string): string => `topics: [{ name: t, endpoint: "http://h", persistent: true, ${setting} }]`
const rule = (setting: string): string =>
  `{ topics: [{ name: uploads, endpoint: "http://h" }], buckets: [{ name: photos, rules: [{ id: r, topic: uploads, ${setting} }] }] }`
const filter = (setting: string): string => rule(`filter: { ${setting} }`)

const typos: [document: string, suggestion: string][] = [
  ['topics: [{ name: t, endpiont: "http://h" }]', 'write endpoint'],
  ['topics: [{ name: t, push-endpoint: "http://h" }]', 'write endpoint'],
  ['topics: [{ Name: t, endpoint: "http://h" }]', 'write name'],
  [topic('persistant: true'), 'write persistent'],
  [topic('verify-ssl: false'), 'write verifySsl'],
  [topic('verifySSL: false'), 'write verifySsl'],
  [topic('max_retries: 5'), 'write maxRetries'],
  [topic('maxRetrys: 5'), 'write maxRetries'],
  [topic('timeToLife: 5'), 'write timeToLive'],
  [topic('retrySleepDuraton: 5'), 'write retrySleepDuration'],
  [topic('OpaqueData: x'), 'write opaqueData'],
  [topic('opaque: x'), 'write opaqueData'],
  [topic('Policy: {}'), 'write policy'],
  [topic('cloudEvents: true'), 'write cloudevents'],
  [topic('existin: true'), 'write existing'],
  [topic('ackLevel: anny'), 'Did you mean any?'],
  [topic('maxRetries: "5"'), 'got the text "5": write 5 without quotes'],
  [topic('verifySsl: "False"'), 'got the text "False": write false without quotes'],
  ['topics: [{ name: t, endpoint: "htpp://h" }]', 'Did you mean http?'],
  ['topics: [{ name: t, endpoint: "kafka://h", mechanism: SCRAM-SHA512 }]', 'Did you mean SCRAM-SHA-512?'],
  ['topics: [{ name: t, endpoint: "kafka://a:9092,b:9092" }]', 'the others as a list in brokers'],
  ['topics: [{ name: t, endpoint: "amqp://h", exchange: e, ackLevel: routeable }]', 'Did you mean routable?'],
  ['topcis: []', 'write topics'],
  ['bucket: []', 'write buckets'],
  ['buckets: [{ name: photos, creat: true }]', 'write create'],
  ['buckets: [{ name: photos, rule: [] }]', 'write rules'],
  ['buckets: [{ bucketName: photos }]', 'write name'],
  [rule('TopicArn: x'), 'write topic'],
  [rule('Id: x'), 'write id'],
  [rule('Events: []'), 'write events'],
  [rule('Filter: {}'), 'write filter'],
  [rule('prefix: a/'), 'it belongs to a filter'],
  [rule('suffix: .jpg'), 'it belongs to a filter'],
  [rule('events: ["ObjectCreate:*"]'), 'Did you mean ObjectCreated:*?'],
  [rule('events: ["s3:ObjectCreated:Putt"]'), 'Did you mean ObjectCreated:Put?'],
  [rule('events: ["ObjectSynced:Created"]'), 'Did you mean ObjectSynced:Create?'],
  [rule('events: ["ObjectDeleted:*"]'), 'write one such as'],
  [rule('events: ["s3:ObjectTagging:*"]'), 'is an event of AWS that RGW never sends'],
  [filter('sufix: a'), 'write suffix'],
  [filter('Prefix: a'), 'write prefix'],
  [filter('regexp: a'), 'write regex'],
  [filter('Key: { FilterRules: [] }'), 'write prefix, suffix and regex themselves'],
  [filter('metadata: { color: blue }'), 'write x-amz-meta-color'],
  [rule('').replace('topic: uploads', 'topic: uplaods'), 'Did you mean uploads?'],
]
for (const [document, suggestion] of typos) {
  test(`${document.replace(/^\{.*rules: /, '')}: ${suggestion}`, () => {
    const found = faults(document)
    assert.ok(
      found.some((one) => one.includes(suggestion)),
      found.join('\n'),
    )
    assert.match(found[0] ?? '', /^line 1, column \d+: /)
  })
}

test('all faults are reported at once, in the order of their lines', () => {
  assert.deepEqual(
    faults(`
topics:
  - name: t
    endpiont: http://h
    persistant: "true"
  - name: u
    endpoint: http://under_score/
    timeToLive: soon
buckets:
  - name: photos
    rules:
      - id: r
        topic: tt
        events:
          - ObjectCreated:*
          - ObjectSynced:Created
        filter: { sufix: .jpg }
  - name: No
`),
    [
      'line 3, column 5: topics.0.persistent: must be true or false, got the text "true": write true without quotes',
      'line 4, column 5: topics.0.endpiont: there is no such setting here: write endpoint',
      'line 5, column 5: topics.0.persistant: there is no such setting here: write persistent',
      'line 7, column 5: topics.1.endpoint: has a host that RGW does not take: it may have letters, digits, dots and dashes, but no underscore',
      "line 8, column 5: topics.1.timeToLive: must be a number, got 'soon'",
      'line 13, column 9: buckets.0.rules.0.topic: is not the name of a topic in this document. Did you mean t?',
      'line 16, column 13: buckets.0.rules.0.events.1: RGW has no event ObjectSynced:Created. Did you mean ObjectSynced:Create?',
      'line 17, column 19: buckets.0.rules.0.filter.sufix: there is no such setting here: write suffix',
      'line 18, column 5: buckets.1.name: must be 3 to 63 lower-case letters, digits, dots and dashes, or tenant:bucket',
    ],
  )
})

test('JSON has lines too', () => {
  assert.deepEqual(faults('{"topics": [\n  {"name": "t", "endpoint": "http://h", "colour": 1}]}'), [
    'line 2, column 41: topics.0.colour: there is no such setting here: remove it',
  ])
})

test('several YAML documents are refused with the way to convert those of Rook', () => {
  assert.deepEqual(faults('a: 1\n---\nb: 2\n'), [
    'line 2, column 1: there are several documents, separated by ---, and one is expected: keep one of them. ' +
      'Resources of Rook become a document with: tidings provision import -f <file>',
  ])
})
