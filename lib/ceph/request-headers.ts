/**
 * Header names in lower case whose values grant access or decrypt data. RGW up to 17 copies request headers into a record's
 * metadata; RustFS copies them into requestParameters.
 */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-auth-token',
  'x-service-token',
  'x-subject-token',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-server-side-encryption-customer-key-md5',
  'x-amz-copy-source-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key-md5',
])

export const isCredentialHeader = (name: string): boolean => CREDENTIALS.has(name.toLowerCase())

/** Returns the object itself if it has no credentials, otherwise a copy without them. */
export const withoutCredentials = <Headers extends object>(headers: Headers): Headers => {
  if (!Object.keys(headers).some(isCredentialHeader)) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isCredentialHeader(name))) as Headers // Fewer optional fields.
}

/** Whether a metadata entry is the uploader's own. The others are request headers, which include keys and tokens. */
export const isUserMetadata = (name: string): boolean => /^x-amz-meta-/i.test(name)
