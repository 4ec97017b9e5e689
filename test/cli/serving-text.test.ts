import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prettyLine, servingText } from '../../lib/cli/serving-text.ts'

const time = new Date(2026, 10, 21, 20, 16, 10).toISOString()

test('a line of the log is a sentence with its fields, and an error with its causes', () => {
  const line = { time, level: 'info', name: 'photos', message: 'resized', key: 'in/a b.jpg', size: 7 }
  assert.equal(prettyLine(JSON.stringify(line)), "20:16:10 info  photos: resized key='in/a b.jpg' size=7")
  const error = {
    name: 'InternalError',
    code: 'internal_error',
    message: 'your handler threw Error',
    cause: { name: 'Error', message: 'no', stack: 'Error: no\n    at photos.ts:3' },
  }
  assert.equal(
    prettyLine(
      JSON.stringify({
        time,
        level: 'error',
        name: 'photos',
        message: 'not handled: the sender has to send it again',
        error,
      }),
    ),
    '20:16:10 error photos: not handled: the sender has to send it again\n  internal_error: your handler threw Error\n  Error: no\n      at photos.ts:3',
  )
})

test('a line that is not from the log stays as it is', () => {
  for (const line of ['hello', '{"specversion":"1.0"}', '{"time":', 'null']) assert.equal(prettyLine(line), line)
})

test('a person is told where the functions are, and what to try', () => {
  const report = { kind: 'serving', port: 8080, address: '127.0.0.1' } as const
  assert.equal(
    servingText({ ...report, names: ['photos'], product: 'ceph' }, true),
    [
      'photos is served at http://127.0.0.1:8080',
      'Try it: npx --no-install tidings send ceph ObjectCreated:Put --bucket photos --key in/a.jpg',
      'A changed file is loaded at once. Ctrl-C ends it.',
    ].join('\n'),
  )
  assert.match(
    servingText({ ...report, port: 9000, names: ['servers', 'photos'], product: 'openstack' }, false),
    /photos is served at http:\/\/127\.0\.0\.1:9000\/photos\nTry it: .* send openstack \S+ --to http:\/\/127\.0\.0\.1:9000\/servers\nCtrl-C/,
  )
})
