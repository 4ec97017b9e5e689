// Over 200 lines because all names of secrets, and the memory of what they were judged, are read together.
/**
 * The part of a key's value that is secret:
 * - `secret`: all of it.
 * - `secrets`: all of it, except for a number, which is a count.
 * - `credential`: a text. An object is searched: keystone's audit events have one under `credential`.
 * - `basic`: a text that is `user:password` in base64, as Docker stores it under `auth`.
 *
 * Or something else about the key:
 * - `name`, `value`: the object can be an entry of a list, `{"key":"admin_pass","value":"…"}`.
 * - `typed`: the object is one of kombu's typed values.
 * - `text`: the key is a text that can contain secrets itself.
 */
export type KeyVerdict = 'secret' | 'secrets' | 'credential' | 'basic' | 'name' | 'value' | 'typed' | 'text' | 'plain'

/**
 * Judges a key by its name. This file alone knows the names of secrets. The last words decide: `admin_password`, `adminPass`,
 * `OS_PASSWORD`, `X-Auth-Token` and `userpassword` are secret; `secret_uuid`, `password_expires_at`, `public_key` and
 * `max_tokens` are not.
 */
export const judgeKey = (key: string): KeyVerdict => (verdicts.get(key) ?? judged(key)).verdict

export type JudgedKey = {
  readonly key: string
  readonly verdict: KeyVerdict
  /** The key that came after it the last time. */
  next: JudgedKey | undefined
  /** The last value under this key that needs no search for secrets. Empty at first. */
  clean: string
}

/**
 * Judges the keys of a walk. Most messages have the keys of an earlier one in the same order, so the key that came next the last
 * time is tried first: this takes a tenth of the time of a lookup.
 */
export const judgeNext = (last: JudgedKey, key: string): JudgedKey => {
  const { next } = last
  if (next !== undefined && next.key === key) return next
  const known = verdicts.get(key)
  if (known === undefined) return judged(key)
  last.next = known
  return known
}

/** Where a walk begins. */
export const FIRST_KEY: JudgedKey = { key: '', verdict: 'plain', next: undefined, clean: '' }

const judged = (key: string): JudgedKey => {
  const known: JudgedKey = { key, verdict: judge(key), next: undefined, clean: '' }
  // Users choose the names of metadata, so the cache has a limit.
  if (verdicts.size < MAX_VERDICTS && key.length < MAX_REMEMBERED) verdicts.set(key, known)
  return known
}

/** Whether a name in a list of names and values is the name of a secret. */
export const isSecretName = (name: string): boolean => SECRET_VERDICTS.has(judgeKey(name))

const SECRET_VERDICTS = new Set<KeyVerdict>(['secret', 'secrets', 'credential'])

/** Whether a name inside a text shows that its value is a secret or belongs to one. */
export const isTelling = (verdict: KeyVerdict): boolean => TELLING_VERDICTS.has(verdict)

const TELLING_VERDICTS = new Set<KeyVerdict>([...SECRET_VERDICTS, 'basic', 'name', 'value'])

const verdicts = new Map<string, JudgedKey>()
const MAX_VERDICTS = 5000
const MAX_REMEMBERED = 100

/** Longer than every name of a secret with its prefixes. */
const MAX_NAME = 80

const judge = (key: string): KeyVerdict => {
  if (TYPED.has(key)) return 'typed'
  const name = inSnakeCase(key.slice(-MAX_NAME))
  return secretVerdict(name) ?? otherVerdict(key, name)
}

const TYPED = new Set(['__type__', '__bytes__', '__base64__'])

/** Removes trailing numbers, as in `password_0` and `Temp-URL-Key-2`, and the brackets of the fields of a form, as in `user[password]`. */
const inSnakeCase = (key: string): string =>
  SNAKE_CASE.test(key)
    ? key
    : key
        .replace(/([a-z\d])([A-Z])/g, '$1_$2')
        .replace(/\]$/, '')
        .replace(/[-. :/$[]/g, '_')
        .replace(/_?\d{1,3}$/, '')
        .toLowerCase()

const SNAKE_CASE = /^[a-z_]*$/

const secretVerdict = (name: string): KeyVerdict | undefined => {
  if (WHOLE.has(name) || name.startsWith('_context_trust')) return 'secret'
  let isPlural = false
  for (const family of ROOT.test(name) ? FAMILIES : []) {
    if (!name.includes(family.root)) continue
    if (singular(family).test(name)) return 'secret'
    isPlural ||= family.plural?.test(name) === true
  }
  if (isPlural && !COUNT.test(name)) return 'secrets'
  if (/credentials?$/.test(name)) return 'credential'
  return name === 'auth' ? 'basic' : undefined
}

const otherVerdict = (key: string, name: string): KeyVerdict => {
  if (TEXT.test(key)) return 'text'
  if (NAME.test(name)) return 'name'
  return VALUE.test(name) ? 'value' : 'plain'
}

type Names = {
  /** Names that are also secret at the end of a longer word, because some names have no separators. */
  readonly ends?: string
  /** Names that are secret only as whole words. */
  readonly words?: string
  /** Names of several secrets. */
  readonly plural?: RegExp
}

type Family = Names & {
  readonly root: string
  /** Made of `ends` and `words` when it is first needed. */
  singular?: RegExp
}

/**
 * One expression for each family: V8 compiles an expression at its first use, and one of all names took 3 ms of a cold start. Most
 * messages need two or three families.
 */
const singular = (family: Family): RegExp => {
  family.singular ??= new RegExp(
    [family.ends && `(?:${family.ends})$`, family.words && `(?:^|_)(?:${family.words})$`].filter(Boolean).join('|'),
  )
  return family.singular
}

/** Words before `key` that make it a secret, with or without a separator. `key` alone is not secret. */
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
  'wrapped',
  'ssl',
  'tls',
  'temp_?url',
  'account',
  'admin',
  'client',
  // Server-side encryption with the customer's key (SSE-C).
  'customer',
  'heartbeat',
  'license',
  'certificate',
  // IPMI 2.0.
  'kg',
  'activation',
  'rndc',
  'rgw',
  'mds',
  'ceph_?mon',
  'migration_?ssh',
].join('|')

/**
 * The names of secrets, by a word that all of them contain, the root.
 *
 * `_base` and `_b` stand for `_base64` and `_b64`, whose number has been removed.
 */
export const NAMES: Readonly<Record<string, Names>> = {
  token: {
    // The id of a keystone token is the token itself.
    ends: 'token(?:_(?:id|info|data|value|hash))?',
    plural: /tokens$/,
  },
  pass: {
    ends:
      'password(?:_(?:hash|value|data|text|plain|confirm|confirmation|again|old|new|encrypted|base|b))?|' +
      'passwd|passphrase|pass_(?:phrase|code)|passcode',
    words:
      'pass(?:_(?:base|b))?|' +
      '(?:admin|user|root|db|new|old|require|master|auth|bind|login|service|ssh|proxy|smtp|ldap|ipmi|redis)pass',
    plural: /(?:passwords|passphrases|passcodes)$/,
  },
  pswd: { ends: 'pswd' },
  secret: {
    ends: 'secret(?:_(?:value|data|payload|hash|text|base|b))?',
    plural: /secrets$/,
  },
  key: {
    // `customer_key_md` is `…-customer-key-MD5` without its number.
    ends: `(?:${SECRET_KEYS})_?key(?:_data)?|customer_?key_?md|keyring|keytab`,
    // Not at the end of a longer word, as in `replica_key`.
    words: 'ca_key',
    plural: new RegExp(`(?:${SECRET_KEYS})_?keys$`),
  },
  authorization: { ends: 'authorization' },
  cookie: { ends: 'cookie', plural: /cookies$/ },
  // Key encryption key.
  kek: { ends: 'crypto_?kek', words: 'kek' },
  catalog: { ends: 'service_?catalog' },
  // These often contain passwords.
  userdata: { ends: 'userdata' },
  user_data: { ends: 'user_data' },
  injected: { ends: 'injected_?files' },
  config: { ends: 'config_?drive', words: 'kube_?config' },
  swift: { ends: 'swift_?hash_?(?:path_?)?(?:suffix|prefix)' },
  pw: { words: 'pwd|pw|(?:root|bind|admin|user|db)pw' },
  psk: { words: 'psk' },
  otp: { words: 'otp|totp', plural: /(?:^|_)otps$/ },
  bearer: { words: 'bearer' },
  jwt: { words: 'jwt' },
  assertion: { words: 'assertion', plural: /(?:^|_)assertions$/ },
  saml: { words: 'saml_?response' },
  personalit: { words: 'personality', plural: /(?:^|_)personalities$/ },
  code: {
    words: '(?:auth|authorization|verification|device|mfa|pin|activation)_?code|code_verifier',
  },
  verifier: { words: 'oauth_verifier' },
  nonce: { words: 'cnonce' },
  session: { words: 'session_?id' },
  // With a password or a key inside.
  dsn: { words: 'dsn' },
  conn: { words: 'conn(?:ection)?_?str(?:ing)?' },
  webhook: { words: 'webhook_?url' },
  tsig: { words: 'tsig' },
  pkcs: { words: 'pkcs' },
  snmp: { words: 'snmp_?(?:community|security)(?:_(?:read|write|string|name))?' },
  // cinder's CHAP method, user and password.
  _auth: { words: '(?:provider|basic|http|proxy|registry)_auth' },
  _pin: { words: '(?:user|so|device|login|auth)_pin' },
  _sig: { words: '(?:amz|goog|temp_?url|oauth|ms|hub|hmac|request|url|aws)_(?:signature|sig)' },
}

const FAMILIES: readonly Family[] = Object.entries(NAMES).map(([root, names]) => ({ root, ...names }))
const ROOT = new RegExp(Object.keys(NAMES).join('|'))

/** Names that are secret only if nothing is before them. */
const WHOLE = new Set(['pin', 'sig', 'signature', 'pincode'])

const COUNT =
  /(?:^|_)(?:max|min|num|n|no|total|sum|count|used|unused|remaining|available|reserved|limit|burst|prompt|completion|input|output|cached)_(?:[a-z]{1,20}_){0,2}[a-z]{1,20}$/
// In a versioned object, `nova_object.name` is the name of its class.
const NAME = /(?:^|(?<!object)_)(?:key|name|k|field|header|option|attribute|property|parameter|variable|var|path)$/
const VALUE = /(?:^|(?<!object)_)(?:value|val|v|content|contents|data|default|text)$/
const TEXT = /gAAAA|eyJ|[=:'"<@%]| -/
