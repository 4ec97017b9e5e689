import { redactBody } from '../../lib/redaction/redact-body.ts'
import { redactObject } from '../../lib/redaction/redact-object.ts'
import type { Kind, Kinds } from './growth.ts'

const KIB = 1024

/** What a search for secrets looks at, and what opens something that never ends. */
const PARTS = [
  ...['"', "'", '\\', '\\"', '\\\\"', '[', '{', '(', '<', '=', ': ', '-', '|', '%25', '\\n', ' ', 'a'],
  ...['password', 'password=', 'password: ', '"password":"', '"password":[', 'password:\n', 'password: |\n  a\n'],
  ...['password=a,a', 'password="\\', 'password "', '_context_trust', 'key=', 'name=', '{value:', '{"value":{', '[["'],
  ...['["password",', '["password",[', '{"value":"a","key":"password"},', '"u\\u0070', 'password%3D', '| password '],
  ...['--password ', 'password -a ', 'ipmitool -P ', '<password ', '<password>', '<password><![CDATA['],
  ...['<name>password</name><value>', '<name><![CDATA[', '\ntokens: ['],
  ...[
    '://',
    'a://',
    'a://b:',
    'a://b:c@',
    ',b@',
    'Bearer ',
    'Authorization: Bearer ',
    'Cookie: a=b; ',
    '/tokens/abcdef',
  ],
  ...[
    '-----BEGIN',
    '-----BEGIN PRIVATE KEY-----',
    'PRIVATE KEY',
    'eyJ',
    'eyJhbGciOiJI.',
    'eyJhbGciOiJIUzI1NiJ9 ',
    'gAAAA',
  ],
  ...['"data_base64":"', '"data_base64":"eyJ'],
  ...['machine ', 'login a password ', 'password for ', 'token is ', 'password is a1b2', 'curl --user a:b ', 'auth: '],
  ...['ghp_', 'github_pat_', 'xoxb-', '"auth":"dTpw'],
  ...['hvs.', 'SG.a', '$6$', '$', '123456789:AA', 'LS0tLS1CRUdJTi', 'hooks.slack.com/services/', '/api/webhooks/1'],
]

/** Each search ends early in one of these parts alone, but not where they follow each other. */
const PAIRS = [
  ...[
    'token is (',
    'token is {"a":',
    'the password is [',
    "-----BEGIN PRIVATE KEY-----'",
    '-----BEGIN PRIVATE KEY-----<a>',
  ],
  ...['machine a login b password (', 'machine a login b password {', 'a: -----BEGIN PRIVATE KEY-----"'],
]

const repeated = (part: string, length: number): string => part.repeat(Math.ceil(length / part.length)).slice(0, length)

/** Texts in quotes and values before their names, each deeper than the one before. */
const deeper = (part: string, length: number): string => {
  let text = ''
  for (let level = 0; text.length < length; level++) text += `${part}${'\\'.repeat(level)}"`
  return text.slice(0, length)
}

const inBody = (make: (length: number) => string): Kind => ({
  make: (scale) => Buffer.from(make(scale * 256 * KIB)),
  run: redactBody,
})

/** A payload is a text by the time that it is searched. */
const inEvent = (part: string): Kind => ({
  make: (scale) => Buffer.from(repeated(part, scale * 256 * KIB)),
  run: (input) => redactObject({ payload: input.toString('latin1') }),
})

export const kinds: Kinds = {
  ...Object.fromEntries(PAIRS.map((part) => [`a body of ${part}`, inBody((length) => repeated(part, length))])),
  ...Object.fromEntries(PARTS.map((part) => [`a body of ${part}`, inBody((length) => repeated(part, length))])),
  ...Object.fromEntries(PARTS.map((part) => [`a text of ${part}`, inEvent(part)])),
  'a body of passwords in ever deeper quotes': inBody((length) => deeper('password:', length)),
  'a body of values in ever deeper quotes, and their names': inBody(
    (length) => deeper('{value:', length / 2) + repeated('name:password}', length / 2),
  ),
  'a body of values inside values, and their names': inBody(
    (length) => repeated('{value:', length / 2) + repeated('name:password}', length / 2),
  ),
}
