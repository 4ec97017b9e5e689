import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ruleOf } from '../../../lib/provisioning/document/rule.ts'
import { parseNotification, writeNotification } from '../../../lib/provisioning/gateway/buckets.ts'
import { parseTopicPage } from '../../../lib/provisioning/gateway/topic-replies.ts'
import { parseXml } from '../../../lib/provisioning/gateway/xml.ts'

test('rules come back from XML as they went in, whatever they hold', () => {
  // RGW answers without control characters, which XML has no way to write.
  const text = fc.string({ unit: fc.constantFrom(...'aZ0 &<>"\'/=;#é日😀'), minLength: 1 })
  const filter = fc.record(
    { prefix: text, suffix: text, regex: text, metadata: fc.dictionary(text, text), tags: fc.dictionary(text, text) },
    { requiredKeys: [] },
  )
  const events = fc.uniqueArray(fc.constantFrom('ObjectCreated:*', 'ObjectLifecycle:Expiration:NonCurrent'), {
    minLength: 1,
  })
  fc.assert(
    fc.property(fc.array(fc.record({ id: text, events, filter })), (rules) => {
      const written = rules.map((one) => ruleOf({ ...one, topic: 'topic' }))
      const bound = written.map((rule) => ({ ...rule, topicArn: 'arn:aws:sns:default:tenant:topic' }))
      assert.deepEqual(parseNotification(parseXml(writeNotification(bound))), bound)
    }),
  )
})

test('any text is XML or it is not', () => {
  const text = fc.string({ unit: fc.constantFrom(...'<>/a &;#x?'), maxLength: 30 })
  fc.assert(fc.property(text, (source) => parseXml(source) === undefined || typeof parseXml(source) === 'object'))
  assert.deepEqual(
    ['', 'plain', '<a>', '<a></b>', '</a>', '<a/><b/>', '<html><br></html>'].map(parseXml),
    Array(7).fill(undefined),
  )
})

test('references that name a character are read; one that names none is not well-formed', () => {
  assert.equal(parseXml('<a>&#x1F600;&#233;&amp;&lt;&unknown;&constructor;&</a>')?.text, '😀é&<&unknown;&constructor;&')
  for (const reference of ['&#x110000;', '&#xD800;', '&#0;', '&#99999999;']) {
    assert.equal(parseXml(`<a>${reference}</a>`), undefined, reference)
  }
})

test('what is nested too deeply, or begins a declaration, is not an answer', () => {
  const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`
  assert.deepEqual([parseXml(nested(64))?.name, parseXml(nested(65))], ['a', undefined])
  assert.equal(parseXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), undefined)
})

// Captured from radosgw 20.2.4; the token was added where a listing of more than 100 has it.
const TENTACLE = `<ListTopicsResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/"><ListTopicsResult><Topics><member><User>tester</User><Name>t1</Name><EndPoint><EndpointAddress>http://127.0.0.1:9/x?token=abc&amp;b=2</EndpointAddress><EndpointArgs>cloudevents=true&amp;verify-ssl=false</EndpointArgs><EndpointTopic>t1</EndpointTopic><HasStoredSecret>False</HasStoredSecret><Persistent>True</Persistent><TimeToLive>60</TimeToLive><MaxRetries>None</MaxRetries><RetrySleepDuration>None</RetrySleepDuration></EndPoint><TopicArn>arn:aws:sns:default::t1</TopicArn><OpaqueData>op a+b%</OpaqueData><Policy></Policy></member></Topics></ListTopicsResult><NextToken>t1</NextToken><ResponseMetadata><RequestId>5a41a771</RequestId></ResponseMetadata></ListTopicsResponse>`

// Captured from radosgw 16.2.15, which lists a rule (r2_t1) as a topic and keeps the request in the arguments.
const PACIFIC = `<ListTopicsResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/"><ListTopicsResult><Topics><member><User></User><Name>r2_t1</Name><EndPoint><EndpointAddress>http://127.0.0.1:9/x</EndpointAddress><EndpointArgs></EndpointArgs><EndpointTopic>t1</EndpointTopic><HasStoredSecret>False</HasStoredSecret><Persistent>True</Persistent></EndPoint><TopicArn>arn:aws:sns:default::t1</TopicArn><OpaqueData>op</OpaqueData></member><member><User></User><Name>t1</Name><EndPoint><EndpointAddress>http://127.0.0.1:9/x?a=1&amp;verify-ssl=false</EndpointAddress><EndpointArgs>Attributes.entry.1.key=push-endpoint&amp;Attributes.entry.1.value=http://127.0.0.1:9/x?a=1&amp;verify-ssl=false&amp;Attributes.entry.2.key=OpaqueData&amp;Attributes.entry.2.value=op&amp;Attributes.entry.3.key=time_to_live&amp;Attributes.entry.3.value=60&amp;OpaqueData=op&amp;push-endpoint=http://127.0.0.1:9/x?a=1&amp;verify-ssl=false&amp;time_to_live=60</EndpointArgs><EndpointTopic>t1</EndpointTopic><HasStoredSecret>False</HasStoredSecret><Persistent>True</Persistent></EndPoint><TopicArn>arn:aws:sns:default::t1</TopicArn><OpaqueData>op</OpaqueData></member></Topics></ListTopicsResult><ResponseMetadata><RequestId>fc1a3e02</RequestId></ResponseMetadata></ListTopicsResponse>`

test('a page of topics is read with its token, which stands outside the result', () => {
  assert.deepEqual(parseTopicPage(parseXml(TENTACLE)), {
    items: [
      {
        name: 't1',
        arn: 'arn:aws:sns:default::t1',
        owner: 'tester',
        attributes: new Map([
          ['cloudevents', 'true'],
          ['verify-ssl', 'false'],
          ['push-endpoint', 'http://127.0.0.1:9/x?token=abc&b=2'],
          ['OpaqueData', 'op a+b%'],
          ['persistent', 'true'],
          ['time_to_live', '60'],
          ['max_retries', 'None'],
          ['retry_sleep_duration', 'None'],
        ]),
        olderThan: undefined,
      },
    ],
    nextToken: 't1',
  })
})

test('an older gateway lists the rules of all users as topics, and an & of the endpoint in its arguments is not an attribute', () => {
  assert.deepEqual(parseTopicPage(parseXml(PACIFIC)), {
    items: [
      {
        name: 't1',
        arn: 'arn:aws:sns:default::t1',
        owner: '',
        attributes: new Map([
          ['time_to_live', '60'],
          ['push-endpoint', 'http://127.0.0.1:9/x?a=1&verify-ssl=false'],
          ['OpaqueData', 'op'],
          ['persistent', 'true'],
        ]),
        ruleIds: ['r2'],
        olderThan: 17,
      },
    ],
    nextToken: undefined,
  })
})

test('an answer that is not a list of topics is read as undefined', () => {
  assert.equal(parseTopicPage(parseXml('<html>welcome</html>')), undefined)
})
