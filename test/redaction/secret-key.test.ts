import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeKey, NAMES } from '../../lib/redaction/secret-key.ts'

/** All texts that fit an expression of texts, groups, alternatives and optional parts. */
const formsOf = (pattern: string): readonly string[] => {
  const rest = [...pattern]
  const alternatives = (): string[] => {
    const forms: string[] = []
    let current = ['']
    for (let next = rest.shift(); next !== undefined && next !== ')'; next = rest.shift()) {
      if (next === '|') {
        forms.push(...current)
        current = ['']
        continue
      }
      // A group begins with `(?:`.
      if (next === '(') rest.splice(0, 2)
      const part = next === '(' ? alternatives() : [next]
      if (rest[0] === '?' && rest.shift()) part.push('')
      current = current.flatMap((form) => part.map((end) => form + end))
    }
    return [...forms, ...current]
  }
  return alternatives()
}

const assertFamily = (root: string, forms: readonly string[], verdict: string): void => {
  for (const form of forms) {
    assert.ok(form.includes(root), `${form} does not contain ${root}`)
    assert.equal(judgeKey(form), verdict, form)
  }
}

test('every name of a family contains the root of the family, without which it is not looked at', () => {
  for (const [root, { ends = '', words = '', plural }] of Object.entries(NAMES)) {
    const singular = [ends, words].filter(Boolean).flatMap(formsOf)
    assert.notEqual(singular.length, 0, root)
    assertFamily(root, singular, 'secret')
    if (plural !== undefined) assertFamily(root, formsOf(plural.source.replace(/^\(\?:\^\|_\)|\$$/g, '')), 'secrets')
  }
})

test('a name is secret as a whole word or at the end of a longer one, as its family says', () => {
  for (const [key, verdict] of Object.entries({
    userpassword: 'secret',
    'X-Auth-Token': 'secret',
    'user[password]': 'secret',
    'server[pw]': 'secret',
    'server[uuid]': 'plain',
    secret_uuid: 'plain',
    replica_key: 'name',
    ca_key: 'secret',
    pin: 'secret',
    cpu_pin: 'plain',
    user_pin: 'secret',
    max_tokens: 'plain',
    tokens: 'secrets',
    _context_trust_id: 'secret',
    credentials: 'credential',
    auth: 'basic',
    __bytes__: 'typed',
    'a=b': 'text',
    nova_object_name: 'plain',
    display_name: 'name',
    default: 'value',
  }))
    assert.equal(judgeKey(key), verdict, key)
})
