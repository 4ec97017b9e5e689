import type { Random } from './random.ts'

/** Every secret that is planted begins with it, and nothing else has it. */
export const MARK = 'Zq9Secret'

/** Of the host, planted in its environment. The provisioner's requests are not allowed to use FUZZ_SECRET. */
export const TOKEN = `${MARK}Token`
export const ENVIRONMENT = {
  AUTH_TOKENS: TOKEN,
  RGW_ACCESS_KEY: 'an-access-key',
  RGW_SECRET_KEY: `${MARK}Gateway`,
  ALLOWED_REFERENCES: 'env:FUZZ_NOT_SET',
  FUZZ_SECRET: `${MARK}Environment`,
} as const

const ending = (random: Random, kind: string): string => `${MARK}${kind}${random.below(1e9)}`

const base64url = (text: string): string => Buffer.from(text).toString('base64url')

const jwt = (random: Random): string =>
  `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(`{"sub":"${random.below(1e9)}","exp":1790000000}`)}.${ending(random, 'Jwt')}`

/** Names under which OpenStack's services have secrets. */
const NAMES = [
  'password',
  'admin_pass',
  'adminPass',
  'OS_PASSWORD',
  'auth_token',
  'X-Auth-Token',
  'secret_key',
  'private_key',
  'api_key',
  '_context_auth_token',
  'access_token',
  'refreshToken',
  'client_secret',
  'user_data',
] as const

type Plant = (random: Random) => Readonly<Record<string, unknown>>

/** A field with a secret in it, in one of the ways in which OpenStack's services have them. */
const openstackPlants: readonly Plant[] = [
  (random) => ({ [random.pick(NAMES)]: ending(random, 'Name') }),
  (random) => ({ [random.pick(NAMES)]: ending(random, 'Name') }),
  (random) => ({ metadata: [{ key: random.pick(NAMES), value: ending(random, 'Pair') }] }),
  (random) => ({ headers: [[random.pick(NAMES), ending(random, 'List')]] }),
  (random) => ({ [random.pick(NAMES)]: { nested: [ending(random, 'Nested')] } }),
  (random) => ({ note: `login with password=${ending(random, 'Text')} please` }),
  (random) => ({ note: `curl -H 'X-Auth-Token: ${ending(random, 'Curl')}' http://a` }),
  (random) => ({ note: `Authorization: Bearer ${ending(random, 'Bearer')}` }),
  (random) => ({ url: `https://user:${ending(random, 'Userinfo')}@example.org/` }),
  (random) => ({ url: `https://example.org/v1/a?temp_url_expires=1&temp_url_sig=${ending(random, 'Signature')}` }),
  (random) => ({ command: `tool --user a --password ${ending(random, 'Option')} b` }),
  (random) => ({ note: `token ${jwt(random)} was used` }),
  (random) => ({ anything: jwt(random) }),
  (random) => ({ id: `gAAAAAB${'k'.repeat(60)}${ending(random, 'Fernet')}${'k'.repeat(40)}` }),
  (random) => ({ json: JSON.stringify({ a: { password: ending(random, 'Inner') } }) }),
  (random) => ({ pem: `-----BEGIN PRIVATE KEY-----\n${ending(random, 'Pem')}\n-----END PRIVATE KEY-----\n` }),
]

const CREDENTIAL_HEADERS = [
  'x-amz-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key',
  'x-amz-security-token',
  'authorization',
  'X-Auth-Token',
  'cookie',
] as const

/** Credentials of an uploader, in a record of a gateway. */
const plantInRecord = (record: unknown, random: Random): void => {
  if (!isObject(record)) return
  const header = random.pick(CREDENTIAL_HEADERS)
  const value = ending(random, 'Header')
  const { s3 } = record
  const object = isObject(s3) ? s3.object : undefined
  if (random.percent(60) && isObject(object)) {
    const before = Array.isArray(object.metadata) ? object.metadata : []
    object.metadata = [...before, { key: header, val: value }]
  } else {
    const name = random.pick(['requestParameters', 'responseElements'])
    record[name] = { ...(isObject(record[name]) && record[name]), [header]: value }
  }
}

/** Puts secrets of a sender somewhere into a document, after all other changes of it: a secret keeps the name that makes it one. */
export const plant = (random: Random, kind: 'ceph' | 'openstack', document: unknown): void => {
  if (kind === 'ceph') {
    const records = isObject(document) && Array.isArray(document.Records) ? document.Records : [document]
    for (const record of records.slice(0, 5)) plantInRecord(record, random)
    return
  }
  const objects = objectsIn(document)
  for (let count = random.below(3); count > 0 && objects.length > 0; count--) {
    Object.assign(random.pick(objects), random.pick(openstackPlants)(random))
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const MAX_OBJECTS = 100

const objectsIn = (document: unknown): readonly Record<string, unknown>[] => {
  const objects: Record<string, unknown>[] = []
  const queue: unknown[] = [document]
  for (let at = 0; at < queue.length && objects.length < MAX_OBJECTS; at++) {
    const value = queue[at]
    if (isObject(value)) objects.push(value)
    if (typeof value === 'object' && value !== null) queue.push(...Object.values(value))
  }
  return objects
}
