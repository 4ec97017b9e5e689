import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'

/** The settings, less the function among them. */
const read = (environment: Readonly<Record<string, string>>) => {
  const { lookUp: _lookUp, ...config } = readRgwConfig(environment)
  return config
}

const defaults = {
  endpoint: undefined,
  accessKey: undefined,
  secretKey: undefined,
  sessionToken: undefined,
  caFile: undefined,
  connectTimeoutMs: 5000,
  requestTimeoutMs: 30_000,
  attempts: 4,
  secretsInCleartext: false,
  allowedEndpoints: undefined,
  allowedReferences: [],
}

test('an empty environment names no gateway', () => assert.deepEqual(read({}), defaults))

test('an empty variable is one that was left out', () => {
  const names = ['RGW_ENDPOINT', 'RGW_ACCESS_KEY', 'RGW_SECRET_KEY', 'RGW_CA_FILE', 'RGW_ATTEMPTS', 'ALLOWED_ENDPOINTS']
  assert.deepEqual(read(Object.fromEntries(names.map((name) => [name, '']))), defaults)
})

test('every variable is read', () => {
  assert.deepEqual(
    read({
      RGW_ENDPOINT: 'https://rgw.example',
      RGW_ACCESS_KEY: 'access',
      RGW_SECRET_KEY: 'secret',
      RGW_SESSION_TOKEN: 'token',
      RGW_CA_FILE: '/ca.pem',
      RGW_CONNECT_TIMEOUT_MS: '7',
      RGW_REQUEST_TIMEOUT_MS: '8',
      RGW_ATTEMPTS: '9',
      RGW_SECRETS_IN_CLEARTEXT: 'true',
      ALLOWED_ENDPOINTS: 'https://a.example, https://b.example',
      ALLOWED_REFERENCES: 'env:A,',
    }),
    {
      endpoint: new URL('https://rgw.example'),
      accessKey: 'access',
      secretKey: 'secret',
      sessionToken: 'token',
      caFile: '/ca.pem',
      connectTimeoutMs: 7,
      requestTimeoutMs: 8,
      attempts: 9,
      secretsInCleartext: true,
      allowedEndpoints: ['https://a.example', 'https://b.example'],
      allowedReferences: ['env:A'],
    },
  )
})

test('a document may look up any variable that is set', () => {
  const { lookUp } = readRgwConfig({ QUEUE_PASSWORD: 'x' })
  assert.deepEqual(['QUEUE_PASSWORD', 'NONE'].map(lookUp), ['x', undefined])
})

describe('a bad variable is named, and its value is shown unless it may be a secret:', () => {
  const cases = { RGW_ENDPOINT: 'ftp://hunter2', RGW_ATTEMPTS: '0', ALLOWED_ENDPOINTS: 'hunter2@x' }
  for (const [variable, value] of Object.entries(cases)) {
    test(`${variable}=${value}`, () => {
      assert.throws(
        () => readRgwConfig({ [variable]: value }),
        ({ name, message }: Error) =>
          name === 'ConfigError' && message.startsWith(`${variable} must be `) && !message.includes('hunter2'),
      )
    })
  }
})
