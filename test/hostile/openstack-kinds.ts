import { deflateSync, gzipSync } from 'node:zlib'
import { readConfig } from '../../lib/kit/config.ts'
import { openstackNotifications } from '../../lib/kit/openstack-function.ts'
import { settings, throughEveryDoor, throughHttp } from './doors.ts'
import type { Kinds } from './growth.ts'

/** A quarter of the largest body, less what stands around it. */
const QUARTER = 255 * 1024

/** As many items as fit, as a list. */
const listOf = (item: string, bytes: number): string =>
  `[${`${item},`.repeat((bytes - 2) / (item.length + 1)).slice(0, -1)}]`
const notification = (payload: string): string => `{"event_type":"x","message_id":"m","payload":${payload}}`
const enveloped = (message: string): string => JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': message })

/** By the number of bytes that they have. */
const inputs: Readonly<Record<string, (bytes: number) => string | Buffer>> = {
  'many numbers': (bytes) => notification(listOf('1', bytes)),
  'many numbers beyond 2^53': (bytes) => notification(listOf('99999999999999999', bytes)),
  'small numbers, one beyond 2^53': (bytes) => notification(`[99999999999999999,${listOf('1', bytes)}]`),
  'one number without end': (bytes) => notification('9'.repeat(bytes)),
  'many names': (bytes) =>
    notification(`{${Array.from({ length: bytes / 13 }, (_, index) => `"${1e6 + index}":0`).join()}}`),
  'nested lists': (bytes) => notification('['.repeat(bytes / 2) + ']'.repeat(bytes / 2)),
  'many values, each as deep as may be': (bytes) =>
    notification(listOf(`${'['.repeat(190)}${']'.repeat(190)}`, bytes / 2)),
  'backslashes in a text': (bytes) => notification(JSON.stringify('\\'.repeat(bytes / 2))),
  'escaped quotes without end, after NaN': (bytes) => `[NaN,"${'\\"'.repeat(bytes / 2)}`,
  'kombu values': (bytes) => notification(listOf('{"__type__":"date","__value__":"x"}', bytes)),
  'a list of notifications': (bytes) => listOf(notification('{}'), bytes),
  'a list of notifications with a number beyond 2^53': (bytes) =>
    listOf('{"event_type":"b","payload":99999999999999999}', bytes),
  'a list of calls': (bytes) => listOf('{"method":"x","args":{}}', bytes),
  'a list of what has no type': (bytes) => listOf('{"event_type":7}', bytes),
  'a list of envelopes': (bytes) => listOf(enveloped('{"event_type":"b"}'), bytes),
  'a list of carriers': (bytes) => listOf('{"message":"{\\"event_type\\":\\"b\\"}"}', bytes),
  'samples in a message': (bytes) =>
    `{"event_type":"metering","payload":${listOf('{"counter_name":"a","counter_volume":1,"resource_id":"r"}', bytes)}}`,
  'a carrier with many members': (bytes) => {
    const members = ['request', 'body', 'payload', 'message', 'log', 'value', 'data', 'detail', 'event', '_source']
    return `{${members.map((name) => `"${name}":{}`).join()},"x":${listOf('"a"', bytes)}}`
  },
  'a carrier of texts in texts': (bytes) => {
    let text = JSON.stringify('a'.repeat(bytes / 8))
    for (let level = 0; level < 3; level++) text = JSON.stringify({ message: text, body: text })
    return text.slice(0, bytes)
  },
  'base64 without end': (bytes) => 'A'.repeat(bytes),
  'lines of JSON': (bytes) => '{"event_type":"b"}\n'.repeat(bytes / 19),
  'a long event type of nova': (bytes) =>
    JSON.stringify({ event_type: `compute.instance.${'_.'.repeat(bytes / 2)}`, publisher_id: 'compute.h' }),
  'long ids': (bytes) =>
    JSON.stringify({ event_type: 'x', message_id: 'm'.repeat(bytes / 2), _context_request_id: 'r'.repeat(bytes / 2) }),
  'a long kind of audit target': (bytes) =>
    notification(
      JSON.stringify({
        typeURI: `/audit/${'1.'.repeat(bytes / 4)}/event`,
        action: 'x',
        outcome: 'x',
        target: { typeURI: 'service/'.repeat(bytes / 16) },
      }),
    ),
  'versioned objects': (bytes) =>
    notification(
      `{"nova_object.name":"a","nova_object.namespace":"nova","nova_object.version":"1","nova_object.data":{"a":${listOf('{"nova_object.name":"a","nova_object.namespace":"n","nova_object.version":"1","nova_object.data":{}}', bytes)}}}`,
    ),
  'CloudEvents in a batch': (bytes) =>
    listOf('{"specversion":"1.0","id":"1","type":"t","source":"s","data":{"event_type":"b"}}', bytes),
  'CloudEvents in a batch, of nothing': (bytes) =>
    listOf('{"specversion":"1.0","id":"1","type":"t","source":"s"}', bytes),
  'a CloudEvent with many members': (bytes) =>
    `{"specversion":"1.0","id":"1","type":"t","source":"s","data":{"event_type":"b"},${listOf('"a":1', bytes).slice(1, -1)}}`,
  'small gzip bombs in a batch': (bytes) =>
    listOf(
      JSON.stringify({
        specversion: '1.0',
        id: '1',
        type: 't',
        source: 's',
        data_base64: gzipSync(Buffer.alloc(100_000, 32)).toString('base64'),
      }),
      bytes,
    ),
  'a gzip bomb': (bytes) => gzipSync(listOf('1', bytes * 40)),
  'a zlib bomb inside the budget': (bytes) => deflateSync(listOf('1', bytes)),
  'a bomb in a bomb': (bytes) => {
    let bomb = Buffer.from(listOf('1', bytes * 40))
    for (let level = 0; level < 3; level++) {
      bomb = Buffer.from(JSON.stringify({ data_base64: gzipSync(bomb).toString('base64') }))
    }
    return bomb
  },
  'many streams of bzip2': (bytes) => {
    const stream = Buffer.from('QlpoOTFBWSZTWRmTm2sAAAABACAAIAAhGEaC7kinChIDMnNtYA==', 'base64')
    return Buffer.concat(Array.from({ length: bytes / stream.length }, () => stream))
  },
  'bytes that only begin like bzip2': (bytes) => Buffer.concat([Buffer.from('BZh9'), Buffer.alloc(bytes)]),
}

/** The largest list has as many items as one delivery may have. */
const asManyAsAllowed = (item: string) => (scale: number) =>
  Buffer.from(`[${Array.from({ length: scale * 1000 }, () => item).join()}]`)

const handler = openstackNotifications({ config: readConfig(settings) })
const ofSize = (make: (bytes: number) => string | Buffer) => (scale: number) => Buffer.from(make(scale * QUARTER))

export const kinds: Kinds = {
  ...throughHttp(handler, Object.fromEntries(Object.entries(inputs).map(([name, make]) => [name, ofSize(make)]))),
  ...throughHttp(handler, {
    'as many envelopes as allowed': asManyAsAllowed(enveloped('{"event_type":"b"}')),
    'as many broken messages as allowed': asManyAsAllowed('{"event_type":7}'),
    'as many CloudEvents of nothing as allowed': asManyAsAllowed(
      '{"specversion":"1.0","id":"1","type":"t","source":"s"}',
    ),
  }),
  ...throughEveryDoor(handler, {
    'a list of the shortest notifications': ofSize((bytes) => listOf('{"event_type":"b"}', bytes)),
  }),
}
