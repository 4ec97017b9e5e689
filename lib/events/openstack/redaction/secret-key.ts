/** What a key says of its value: a secret, part of one of kombu's typed values, or nothing of the kind. */
export type KeyVerdict = 'secret' | 'typed' | 'plain'

/**
 * Whether what stands under a key is a secret, told by the key: as a whole, or by its last words. `admin_password`,
 * `adminPass`, `X-Auth-Token` and `_context_trust_id` are; `secret_uuid`, `token_expires_at`, `password_expires_at`,
 * `public_key` and `key_name`, which only speak of one, are not.
 */
export const judgeKey = (key: string): KeyVerdict => {
  const known = verdicts.get(key)
  if (known !== undefined) return known
  const verdict = SECRET.test(inSnakeCase(key)) ? 'secret' : TYPED.has(key) ? 'typed' : 'plain'
  // Names of metadata are anybody's: the memory must not grow with them.
  if (verdicts.size < MAX_VERDICTS && key.length < MAX_LENGTH) verdicts.set(key, verdict)
  return verdict
}

const verdicts = new Map<string, KeyVerdict>()
const MAX_VERDICTS = 5000
const MAX_LENGTH = 100

const TYPED = new Set(['__type__', '__bytes__', '__base64__'])

const inSnakeCase = (key: string): string =>
  key
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/[-. ]/g, '_')
    .toLowerCase()

/**
 * The last words that make a key secret. A token's id is the token (keystone's UUID tokens, and Fernet's). `psk` is neutron's
 * VPN key, `provider_auth` cinder's CHAP user and password; user data and injected files hold passwords more often than not.
 */
export const SECRET_WORDS = [
  'tokens?(?:_(?:id|info|data|value))?',
  'service_catalog',
  'pass',
  'passwd',
  'pwd',
  'passwords?(?:_hash)?',
  'passphrase',
  'secrets?(?:_(?:key|value|data|payload))?',
  'secret_access_key',
  '(?:private|api|access|auth|session|signing|shared)_?key',
  'psk',
  'provider_auth',
  'authorization',
  'cookie',
  'user_data',
  'injected_files',
].join('|')

const SECRET = new RegExp(`^_context_trust|(?:^|_)(?:${SECRET_WORDS})$`)
