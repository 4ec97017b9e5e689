import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFilter, globMatcher } from '../../lib/core/filter.ts'

const event = (type: string, priority?: string) =>
  ({
    specversion: '1.0',
    id: '1',
    source: 's',
    type,
    datacontenttype: 'application/json',
    data: {},
    ...(priority !== undefined && { priority }),
  }) as const

const update = 'org.openstack.nova.compute.instance.update'
const created = 'org.openstack.nova.compute.instance.create.end'
const put = 'com.amazonaws.s3.ObjectCreated:Put'

const cases = [
  { types: [], priorities: [], wanted: [update, created, put], unwanted: [] },
  { types: ['!*.compute.instance.update', '!*.exists'], wanted: [created, put], unwanted: [update] },
  { types: ['*.nova.*'], wanted: [update, created], unwanted: [put] },
  { types: ['*.nova.*', '!*.update'], wanted: [created], unwanted: [update, put] },
  { types: ['!*', '*.create.???'], wanted: [created], unwanted: [update, put] },
  { types: ['*ObjectCreated:P?t'], wanted: [put], unwanted: [update] },
  { types: ['org.openstack.nova.compute.instance'], wanted: [], unwanted: [update] },
  { types: ['org?openstack+nova.*'], wanted: [], unwanted: [update] },
  { types: ['a!*'], wanted: ['a!b'], unwanted: ['ab'] },
]
for (const { types, wanted, unwanted } of cases) {
  test(`types ${types.join(',') || '(none)'}`, () => {
    const filter = createFilter({ types, priorities: [] })
    assert.deepEqual(
      [wanted, unwanted].map((each) => each.map((type) => filter(event(type)))),
      [wanted.map(() => true), unwanted.map(() => false)],
    )
  })
}

test('a priority is judged whatever its case, and only where there is one', () => {
  const filter = createFilter({ types: [], priorities: ['!SAMPLE', '!debug'] })
  assert.deepEqual(
    ['sample', 'DEBUG', 'info', 'ERROR', undefined].map((priority) => filter(event(update, priority))),
    [false, false, true, true, true],
  )
})

test('both lists have to agree', () => {
  const filter = createFilter({ types: ['!*.update'], priorities: ['error'] })
  assert.deepEqual([event(update, 'error'), event(created, 'info'), event(created, 'error'), event(put)].map(filter), [
    false,
    false,
    true,
    true,
  ])
})

for (const [glob, text, expected] of [
  ['*ab*ab*', 'ab', false],
  ['*ab*ab*', 'abab', true],
  ['*ab*b', 'ab', false],
  ['*ab*b', 'abb', true],
  ['*?b*', 'ab', true],
  ['*?b*', 'b', false],
] as const) {
  test(`${glob} ${expected ? 'matches' : 'does not match'} ${text}`, () => {
    assert.equal(globMatcher(glob)(text), expected)
  })
}

/** What a glob means, in the words of a regular expression. It backtracks, so only short texts are compared. */
const judge = (glob: string): RegExp =>
  new RegExp(`^${[...glob].map((sign) => ({ '*': '.*', '?': '.' })[sign] ?? sign).join('')}$`, 's')

test('a glob matches as the regular expression of the same meaning does', () => {
  const globs = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 10 })
  fc.assert(
    fc.property(globs, texts, (glob, text) => {
      assert.equal(globMatcher(glob)(text), judge(glob).test(text), `${glob} on ${JSON.stringify(text)}`)
    }),
    { numRuns: 5000 },
  )
})
