import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ceph } from '../../lib/kit/ceph.ts'
import { openstack } from '../../lib/kit/openstack.ts'

// Mistakes that the type checker would find. Functions are written in JavaScript too.
// biome-ignore lint/suspicious/noExplicitAny: as above
type Unchecked = (...given: any[]) => any
const uncheckedCeph: Unchecked = ceph
const uncheckedOpenstack: Unchecked = openstack
const ignore = (): void => {}

describe('a definition that would lose events is refused where it is written:', () => {
  const cases: readonly (readonly [name: string, define: () => unknown, message: string])[] = [
    [
      'a platform calls ceph itself, because its call was forgotten',
      () => uncheckedCeph({ Records: [] }, {}),
      "ceph(): there is no option 'Records'.",
    ],
    [
      'a misspelled option',
      () => uncheckedOpenstack({ concurency: 2 }),
      "openstack(): there is no option 'concurency'. Did you mean concurrency?",
    ],
    ['no concurrency', () => ceph({ concurrency: 0 }), 'ceph(): concurrency must be a whole number from 1, got 0'],
    [
      'a concurrency that is a text',
      () => uncheckedCeph({ concurrency: '2' }),
      "ceph(): concurrency must be a whole number from 1, got '2'",
    ],
    [
      'an order of the other product',
      () => uncheckedCeph({ orderBy: 'subject' }),
      "ceph(): orderBy must be 'key', got 'subject'",
    ],
    [
      'no handler',
      () => uncheckedCeph().on('ObjectCreated:*', undefined),
      ".on('ObjectCreated:*'): the handler is missing: add a function",
    ],
    [
      'a filter and no handler',
      () => uncheckedCeph().on('*', { bucket: 'photos' }),
      ".on('*'): the handler must be a function, got an object",
    ],
    [
      'a regular expression that is given as a text',
      () => uncheckedCeph().on('*', { regex: '(' }, ignore),
      ".on('*'): the filter 'regex' must be a regular expression such as /^in\\//, got '('",
    ],
    [
      'no name',
      () => uncheckedOpenstack().on(undefined, ignore),
      '.on(undefined): the name of the event must be a text',
    ],
    [
      'a filter that is null',
      () => uncheckedCeph().on('*', null, ignore),
      ".on('*'): the filter must be an object, got null",
    ],
    [
      'a misspelled filter',
      () => uncheckedCeph().on('*', { bukket: 'photos' }, ignore),
      ".on('*'): there is no filter 'bukket'. Did you mean bucket?",
    ],
    [
      'a filter without a value, such as a variable that is not set',
      () => uncheckedCeph().on('*', { bucket: process.env.NO_SUCH_VARIABLE }, ignore),
      ".on('*'): the filter 'bucket' is undefined: give it a value, or leave it out to match all",
    ],
    [
      'the same inside a filter',
      () => uncheckedOpenstack().on({ payload: { state: ['active', undefined] } }, ignore),
      ".on('*'): the filter 'payload.state' is undefined: give it a value, or leave it out to match all",
    ],
    [
      'the same inside a test of a list',
      () => uncheckedCeph().on('*', { key: [{ prefix: undefined }] }, ignore),
      ".on('*'): the filter 'key.prefix' is undefined: give it a value, or leave it out to match all",
    ],
    [
      'a misspelled word of a test',
      () => uncheckedCeph().on('*', { size: { minn: 1 } }, ignore),
      ".on('*'): the filter 'size' has no test 'minn': use one of exact, prefix, suffix, min, max, exists, any, all, not. Did you mean min?",
    ],
    [
      'the same, inside others',
      () => uncheckedOpenstack().on({ payload: { state: { not: ['x', { prefx: 'a' }] } } }, ignore),
      ".on('*'): the filter 'state' has no test 'prefx': use one of exact, prefix, suffix, min, max, exists, any, all, not. Did you mean prefix?",
    ],
    [
      'a filter that is null',
      () => uncheckedCeph().on('*', { tags: null }, ignore),
      ".on('*'): the filter 'tags' is null: give it a value, or leave it out to match all",
    ],
    [
      'no handler for the rest',
      () => uncheckedOpenstack().otherwise(),
      '.otherwise: the handler is missing: add a function',
    ],
    [
      'a second handler for the rest',
      () => ceph().otherwise(ignore).otherwise(ignore),
      '.otherwise: the function has one already: remove one of the two',
    ],
  ]
  for (const [name, define, message] of cases) {
    test(name, () => assert.throws(define, { name: 'TypeError', message }))
  }

  test('the stack begins where it is written', () => {
    for (const define of [() => uncheckedCeph().on('*'), () => uncheckedOpenstack({ concurency: 2 })])
      assert.throws(define, ({ stack }: Error) => /definition\.test\.ts/.test(stack?.split('\n')[1] ?? ''))
  })
})

test('filters that are written for nothing or for everything are taken', () => {
  const handler = ceph().on('*', { prefix: '', suffix: [], regex: /x/g, metadata: {}, size: { min: 1 } }, ignore)
  assert.equal(typeof handler, 'function')
})
