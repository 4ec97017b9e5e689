import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { DocumentError } from '../../lib/documents/document-issues.ts'
import { parseDocument } from '../../lib/documents/parse-document.ts'

const refusal = (text: string): string => {
  try {
    parseDocument(text)
    return 'taken'
  } catch (error) {
    assert.ok(error instanceof DocumentError)
    return error.message
  }
}

test('what YAML or JSON was made of comes back', () => {
  const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
  fc.assert(
    fc.property(value, (one) => {
      const json = JSON.stringify(one)
      assert.deepEqual(parseDocument(json), JSON.parse(json))
      assert.deepEqual(parseDocument(stringify(JSON.parse(json))), JSON.parse(json))
    }),
  )
})

test('any text is a document or is refused', () => {
  const text = fc.string({ unit: fc.constantFrom(...'{}[]&*!|>:,-?"\' \nab1#%'), maxLength: 40 })
  fc.assert(fc.property(text, (source) => typeof refusal(source) === 'string'))
})

test('a key that stands twice in one mapping is refused, in YAML with its line', () => {
  assert.equal(
    refusal('a: 1\nb: { c: 1 }\na: 2'),
    'line 3, column 1: the same key stands twice in one mapping: remove one',
  )
  assert.equal(
    refusal('{"a":{"b":1},"c":[{"d":"\\"e\\":","d":2}]}'),
    'the same key stands twice in one mapping: remove one',
  )
  assert.deepEqual(parseDocument('{"a":{"b":1},"b":["c: d","\\"e\\":"]}'), { a: { b: 1 }, b: ['c: d', '"e":'] })
})

const large: [name: string, text: string, message: string][] = [
  ['JSON', `"${'a'.repeat(1_048_576)}"`, 'the document is longer than 1048576 characters: split it'],
  [
    'YAML',
    `a: ${'a'.repeat(262_144)}`,
    'the document is YAML of more than 262144 characters: split it, or write it as JSON',
  ],
  ['tokens', 'a: b\n'.repeat(20_000), 'the document is YAML of more than 25000 tokens: split it, or write it as JSON'],
  ['depth', `${'['.repeat(65)}a${']'.repeat(65)}`, 'the document is nested deeper than 64 levels: make it flatter'],
  [
    'depth in JSON',
    `${'['.repeat(65)}${']'.repeat(65)}`,
    'the document is nested deeper than 64 levels: make it flatter',
  ],
  ['aliases', `a: &a 1\nb: [${'*a,'.repeat(101)}]`, 'the document has more than 100 aliases: write the values out'],
]
for (const [name, text, message] of large) test(`more than enough: ${name}`, () => assert.equal(refusal(text), message))

test('an alias inside of what it stands for is refused', () => {
  for (const endless of ['a: &a { b: *a }', 'a: &a [{ b: &b [1] }, { c: *a }]'])
    assert.match(refusal(endless), /an alias stands inside of what it stands for: write the values out$/)
})

test('aliases that stand for more values than a document may have are refused, and fewer are not', () => {
  const tooMany = 'the document has aliases that stand for more than 25000 values: write fewer of them'
  const tens = (what: string) => `[${Array.from({ length: 10 }, () => what)}]`
  const bomb = [
    `a: &a ${tens('x')}`,
    `b: &b ${tens('*a')}`,
    `c: &c ${tens('*b')}`,
    `d: &d ${tens('*c')}`,
    `e: ${tens('*d')}`,
  ]
  assert.equal(refusal(bomb.join('\n')), tooMany)
  const list = `a: &a [${Array.from({ length: 5000 }, () => 'x')}]`
  const aliases = (count: number) => `${list}\nb: [${Array.from({ length: count }, () => '*a')}]`
  assert.equal(refusal(aliases(5)), tooMany)
  const { b } = parseDocument(aliases(4)) as { b: unknown[][] } // As it is written.
  assert.deepEqual(
    b.map(({ length }) => length),
    [5000, 5000, 5000, 5000],
  )
})

test('a merge of what is not a mapping is refused', () => {
  assert.match(
    refusal('!!merge <<: x'),
    /^the document has a merge key \(<<\) of a value that is not a mapping: write the values out$/,
  )
})

test('texts that need quotes are told with their place', () => {
  for (const [text, fault] of [
    ['a: 1\nb: *c', 'line 2, column 4: an alias (*) has no anchor: quote texts that begin with *'],
    [
      'a: { b: c: d }',
      'line 1, column 9: cannot be read as YAML or JSON: a colon stands where none is expected: quote texts that hold ": "',
    ],
  ] as const)
    assert.equal(refusal(text), fault)
})

test("the parser's own warnings, which quote the document, are not written", async (context) => {
  const emitWarning = context.mock.method(process, 'emitWarning', () => {})
  for (const text of ['a: !s3cret b', '? [s3cret]\n: a', '? { s3cret: a }\n: a', '%S3CRET\n---\na: b']) refusal(text)
  assert.equal(emitWarning.mock.callCount(), 0)
})
