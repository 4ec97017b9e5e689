import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'

/** A message of OpenStack with secrets. */
export type SecretCase = {
  readonly name: string
  readonly message: object
  /** Texts that must be in nothing that is written. */
  readonly hidden: readonly string[]
  /** Texts that must be in all of it. */
  readonly kept: readonly string[]
}

const FIXTURES = new URL('../fixtures/openstack-secrets/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8')
const linesOf = (name: string): readonly string[] => read(name).trim().split('\n')
const whole = (name: string, hidden: string): SecretCase => ({
  name,
  message: JSON.parse(JSON.parse(read(`${name}.json`))['oslo.message']),
  hidden: [hidden],
  kept: [],
})

export const SECRET_CASES: readonly SecretCase[] = [
  ...JSON.parse(read('messages.json')),
  whole('cinder-volume-metadata-list', 'SECRET'),
  whole('keystone-invalid-password-attachment', 'PARTIALHASHSECRET'),
]

/** Each with `SECRET` in place of its secrets, and `KEEP` in what has to stay. */
export const SECRET_TEXTS: readonly string[] = linesOf('texts.txt')
/** The same texts without their secrets, line by line. */
export const REDACTED_TEXTS: readonly string[] = linesOf('redacted.txt')

const HEAD = {
  event_type: 'x.y',
  publisher_id: 'x.host',
  timestamp: '2026-01-02 03:04:05.000678',
  message_id: 'c1',
  priority: 'INFO',
}
const enveloped = (message: string): string => JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': message })
/** JSON with the first letter of each name escaped. */
const withEscapedNames = (json: string): string =>
  json.replace(
    /"([A-Za-z_])([\w.-]*)":/g,
    (_, first: string, rest: string) => `"\\u00${first.charCodeAt(0).toString(16)}${rest}":`,
  )

/** The bodies in which a message may come. */
export const formsOf = ({ message }: SecretCase) => {
  const bare = JSON.stringify({ ...HEAD, ...message })
  return {
    bare,
    'in an envelope': enveloped(bare),
    'with escaped names': withEscapedNames(bare),
    'with escaped names in an envelope': enveloped(withEscapedNames(bare)),
  }
}

const holds = (text: string, part: string): boolean =>
  text.includes(part) || text.includes(JSON.stringify(part).slice(1, -1))

export const assertRight = (
  text: string,
  { hidden, kept }: Pick<SecretCase, 'hidden' | 'kept'>,
  form: string,
): void => {
  assert.deepEqual(
    { leaked: hidden.filter((part) => holds(text, part)), lost: kept.filter((part) => !holds(text, part)) },
    { leaked: [], lost: [] },
    `${form}: ${text}`,
  )
}

/** Checks a text, also in JSON and in JSON inside JSON. */
export const assertBecomes = (text: string, redacted: string): void => {
  const inJson = (message: string): string => JSON.stringify({ message, last: 'END' })
  assert.equal(hideInText(text), redacted)
  assert.equal(hideInText(inJson(text)), inJson(redacted))
  assert.equal(hideInText(inJson(inJson(text))), inJson(inJson(redacted)))
}

/** Checks that what stands between « and » is hidden, and nothing else. */
export const assertHides = (marked: string): void =>
  assertBecomes(marked.replaceAll(/[«»]/g, ''), marked.replaceAll(/«[^»]*»/g, '[redacted]'))
