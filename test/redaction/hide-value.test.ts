import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'all parameters and cookies of a header are hidden, also in quotes and with blanks before the separator': [
    'Cookie: «a="SECRET x"; b="SECRET"» KEEP',
    'Cookie: «a=SECRET;b=SECRET»\nKEEP',
    'Cookie: «a=SECRET», KEEP',
    'Authorization: «Digest a="SECRET" , b="SECRET", c=SECRET» KEEP',
    '{"Authorization": "«Digest a=\\"SECRET\\", b=c»", "k": "KEEP"}',
  ],
  'a scheme goes with the next word, and that of CHAP with two': [
    'token: «Bearer SECRET» KEEP',
    'chapter: KEEP',
    'token: «chapter» KEEP',
    'token: «hmac-chap a» KEEP',
    'token: «aws SECRET» KEEP',
    'token: «S3CR3T» KEEP',
    'provider_auth: «CHAP a SECRET» KEEP',
    'provider_auth: «a» KEEP',
    'Authorization: «S3CR3T!» KEEP',
    'Authorization: «Bearer», KEEP',
  ],
  'what Docker keeps under auth is hidden if it is credentials': [
    'auth=«dTpw» KEEP',
    'auth="«dTpw»" KEEP',
    'auth=KEEP',
    'auth="KEEP"',
    'auth={"a": "KEEP"}',
  ],
  'a count is kept, and a list of secrets is not': ['tokens=12, KEEP', '{"tokens": 12}', '{"tokens": "«12a»"}'],
  'a quoted value that tells nothing is kept': ['password="none" KEEP', "password: '***' KEEP", 'password=[] KEEP'],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}

test('a scheme at the end of a text is hidden as a token is, and a tab may follow it', () => {
  assert.equal(hideInText('token: Bearer\tSECRET KEEP'), 'token: [redacted] KEEP')
  assert.equal(hideInText('Authorization: Bearer'), 'Authorization: [redacted]')
})
