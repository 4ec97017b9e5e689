import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { redactText } from '../../lib/redaction/redact-text.ts'
import { isSecretName } from '../../lib/redaction/secret-key.ts'

/** The names that oslo.utils itself masks. Two of them are names of ids. */
const IDS = ['secret_uuid', 'cephclusterfsid']

/** The forms that mask_password knows (oslo_utils/strutils.py, _FORMAT_PATTERNS), with a place for the name. */
const FORMS = [
  'NAME=S3CR3T',
  'NAME = S3CR3T other',
  'NAME="S3CR3T"',
  "NAME = 'S3CR3T'",
  'NAME "S3CR3T"',
  "NAME 'S3CR3T'",
  '--NAME S3CR3T --other',
  '<NAME>S3CR3T</NAME>',
  '"NAME" : "S3CR3T"',
  "'NAME': 'S3CR3T'",
  "'NAME': u'S3CR3T'",
  "'original_NAME': u'S3CR3T'",
  "'node.session.auth.NAME', '-v', 'S3CR3T'",
  'node.session.auth.NAME -v S3CR3T',
  'NAME --value S3CR3T',
  'NAME1=S3CR3T',
]

const SCRIPT = `
import json, sys
from oslo_utils import strutils
texts = json.load(sys.stdin)
json.dump({
  'names': strutils._SANITIZE_KEYS,
  'masked': [[text.replace('NAME', name), strutils.mask_password(text.replace('NAME', name))]
             for text in texts for name in strutils._SANITIZE_KEYS],
}, sys.stdout)
`

type Oslo = { readonly names: string[]; readonly masked: [text: string, masked: string][] }
const oslo: Oslo = JSON.parse(
  execFileSync('/usr/bin/python3', ['-c', SCRIPT], { input: JSON.stringify(FORMS), encoding: 'utf8' }),
)

test('every name that oslo.utils masks is secret here, but for two ids', () => {
  const { names } = oslo
  assert.ok(names.length >= 30)
  assert.deepEqual(
    names.filter((name) => !isSecretName(name)),
    IDS,
  )
  const written = names.flatMap((name) => [
    name.toUpperCase(),
    `os_${name}`,
    `X-${name.replaceAll('_', '-')}`,
    `${name}0`,
  ])
  assert.deepEqual(
    written.filter(
      (name) => !isSecretName(name) && !IDS.some((id) => name.toLowerCase().replaceAll('-', '_').includes(id)),
    ),
    [],
  )
})

test('a text that mask_password masks is masked here', () => {
  const masked = oslo.masked.filter(
    ([text, result]) => !result.includes('S3CR3T') && !IDS.some((id) => text.includes(id)),
  )
  assert.ok(masked.length > 400, String(masked.length))
  assert.deepEqual(
    masked.map(([text]) => text).filter((text) => redactText(text).includes('S3CR3T')),
    [],
  )
})
