/**
 * How much of what stands under a key is secret:
 * - `secret`: all of it.
 * - `secrets`: all of it, but for a number, which is a count.
 * - `credential`: a text. An object is searched: keystone's audit events have one under `credential`.
 * - `basic`: a text that is `user:password` in base64, as Docker keeps it under `auth`.
 *
 * Or what else the key says:
 * - `name`, `value`: the object may be one entry of a list, `{"key":"admin_pass","value":"…"}`.
 * - `typed`: the object is one of kombu's typed values.
 * - `text`: the key is a text that may hold secrets itself.
 * - `id`, `date`: what stands under the key is most often one, and then holds no secret.
 */
export type KeyVerdict =
  | 'secret'
  | 'secrets'
  | 'credential'
  | 'basic'
  | 'name'
  | 'value'
  | 'typed'
  | 'text'
  | 'id'
  | 'date'
  | 'plain'

/**
 * The one place that knows the names of secrets. Only the last words count, so that `admin_password`, `adminPass`,
 * `OS_PASSWORD`, `X-Auth-Token` and `userpassword` are secret, and `secret_uuid`, `password_expires_at`, `public_key` and
 * `max_tokens` are not.
 */
export const judgeKey = (key: string): KeyVerdict => {
  const known = verdicts.get(key)
  if (known !== undefined) return known
  const verdict = judge(key)
  // Names of metadata are anybody's: the memory must not grow with them.
  if (verdicts.size < MAX_VERDICTS && key.length < MAX_REMEMBERED) verdicts.set(key, verdict)
  return verdict
}

/** Whether a name, as it stands in a list of names and values, is that of a secret. */
export const isSecretName = (name: string): boolean => SECRET_VERDICTS.has(judgeKey(name))

const SECRET_VERDICTS = new Set<KeyVerdict>(['secret', 'secrets', 'credential'])

/** Whether a name inside a text says something of secrets: that its value is one, or belongs to one. */
export const isTelling = (verdict: KeyVerdict): boolean => TELLING_VERDICTS.has(verdict)

const TELLING_VERDICTS = new Set<KeyVerdict>([...SECRET_VERDICTS, 'basic', 'name', 'value'])

const verdicts = new Map<string, KeyVerdict>()
const MAX_VERDICTS = 5000
const MAX_REMEMBERED = 100

/** Longer than any name of a secret with its prefixes. */
const MAX_NAME = 80

const judge = (key: string): KeyVerdict => {
  if (TYPED.has(key)) return 'typed'
  const name = inSnakeCase(key.slice(-MAX_NAME))
  if (SECRET.test(name)) return 'secret'
  if (SECRETS.test(name) && !COUNT.test(name)) return 'secrets'
  if (CREDENTIAL.test(name)) return 'credential'
  if (name === 'auth') return 'basic'
  if (TEXT.test(key)) return 'text'
  if (NAME.test(name)) return 'name'
  if (VALUE.test(name)) return 'value'
  if (ID.test(name)) return 'id'
  return DATE.test(name) ? 'date' : 'plain'
}

const TYPED = new Set(['__type__', '__bytes__', '__base64__'])

/** Without the number of `password_0` and `Temp-URL-Key-2`. */
const inSnakeCase = (key: string): string =>
  key
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[-. :/$]/g, '_')
    .replace(/_?\d{1,3}$/, '')
    .toLowerCase()

/** Keys whose name alone does not say that they are secret: these do, with or without a separator. */
const SECRET_KEYS = [
  'priv(?:ate)?',
  'secret',
  'api',
  'access',
  'auth',
  'session',
  'signing',
  'shared',
  '(?:en|de)cryption',
  'encrypted',
  'fernet',
  'hmac',
  'master',
  'wrapping',
  'ssl',
  'tls',
  'temp_?url',
  'account',
  'admin',
  'client',
  // Of server-side encryption with the customer's key (SSE-C).
  'customer',
  'heartbeat',
  'license',
  'certificate',
  // Of IPMI 2.0.
  'kg',
  'activation',
  'rndc',
  'rgw',
  'mds',
  'ceph_?mon',
  'migration_?ssh',
].join('|')

/**
 * Names that are secret also as the end of a longer word, which a name without separators is. `_base` and `_b`: the number of
 * `_base64` and `_b64` is gone.
 */
const ENDS = [
  'password(?:_(?:hash|value|data|text|plain|confirm|confirmation|again|old|new|encrypted|base|b))?',
  'passwd',
  'pswd',
  'passphrase',
  'pass_(?:phrase|code)',
  'passcode',
  // A token's id is the token: keystone's UUID tokens, and Fernet's.
  'token(?:_(?:id|info|data|value|hash))?',
  'secret(?:_(?:value|data|payload|hash|text|base|b))?',
  `(?:${SECRET_KEYS})_?key(?:_data)?`,
  'authorization',
  'cookie',
  'partial_password_hash',
  // `…-customer-key-MD5`, without its number.
  'customer_?key_?md',
  'keyring',
  'keytab',
  // Key encryption key.
  'crypto_?kek',
  'service_?catalog',
  // These hold passwords more often than not.
  'user_?data',
  'injected_?files',
  'config_?drive',
  'swift_?hash_?(?:path_?)?(?:suffix|prefix)',
].join('|')

/** Names that are secret as whole words only. */
const WORDS = [
  'pass(?:_(?:base|b))?',
  '(?:admin|user|root|db|new|old|require|master|auth|bind|login|service|ssh|proxy|smtp|ldap|ipmi|redis)pass',
  'pwd',
  'pw',
  '(?:root|bind|admin|user|db)pw',
  'psk',
  'kek',
  'otp',
  'totp',
  'bearer',
  'jwt',
  'assertion',
  'saml_?response',
  'personality',
  'chpasswd',
  '(?:auth|authorization|verification|device|mfa|pin)_?code',
  'code_verifier',
  'oauth_verifier',
  'cnonce',
  'pkcs',
  'snmp_?(?:community|security)(?:_(?:read|write|string|name))?',
  // cinder's CHAP method, user and password.
  '(?:provider|basic|http|proxy|registry)_auth',
  '(?:user|so|device|login|auth)_pin',
  '(?:amz|goog|temp_?url|oauth|ms|hub|hmac|request|url|aws)_(?:signature|sig)',
].join('|')

const SECRET = new RegExp(`^_context_trust|(?:${ENDS})$|(?:^|_)(?:${WORDS})$|^(?:pin|sig|signature|pincode)$`)
const SECRETS = new RegExp(
  `(?:passwords|passphrases|passcodes|tokens|secrets|cookies|(?:${SECRET_KEYS})_?keys)$|(?:^|_)(?:otps|assertions|personalities)$`,
)
const COUNT =
  /(?:^|_)(?:max|min|num|n|no|total|sum|count|used|unused|remaining|available|reserved|limit|burst|prompt|completion|input|output|cached)_(?:[a-z]{1,20}_){0,2}[a-z]{1,20}$/
const CREDENTIAL = /credentials?$/
// Versioned objects call their class `nova_object.name`.
const NAME = /(?:^|(?<!object)_)(?:key|name|k|field|header|option|attribute|property|parameter|variable|var|path)$/
const VALUE = /(?:^|(?<!object)_)(?:value|val|v|content|contents|data|default|text)$/
const ID = /(?:^|_)(?:id|uuid|ref|tenant|project|user)$/
const DATE = /_at$|(?:^|_)timestamp$/
const TEXT = /gAAAA|eyJ|[=:'"<@%]| -/
