import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withGatewayKeys } from '../../lib/cli/provision-secrets.ts'
import { connectionOf } from '../../lib/gateway/gateway-connection.ts'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'
import { writeDocument } from './documents.ts'

const RGW_ENDPOINT = 'http://h'
const credentialsOf = (env: Record<string, string>) =>
  connectionOf(readRgwConfig(withGatewayKeys({ RGW_ENDPOINT, ...env }))).credentials

const OF_AWS = { AWS_ACCESS_KEY_ID: 'aws', AWS_SECRET_ACCESS_KEY: 'aws-secret', AWS_SESSION_TOKEN: 'aws-token' }
const TAKEN = { accessKeyId: 'aws', secretAccessKey: 'aws-secret', sessionToken: 'aws-token' }

test('the keys of the gateway take precedence over those of AWS, all of them', () => {
  const own = { RGW_ACCESS_KEY: 'own', RGW_SECRET_KEY: 'own-secret' }
  assert.deepEqual(credentialsOf({ ...own, ...OF_AWS }), { accessKeyId: 'own', secretAccessKey: 'own-secret' })
  assert.deepEqual(credentialsOf({ ...own, RGW_SESSION_TOKEN: 'own-token' }).sessionToken, 'own-token')
  assert.deepEqual(credentialsOf(OF_AWS), TAKEN)
})

test('a named profile is read from its file', () => {
  const text =
    '[default]\naws_access_key_id = no\n\n[ceph]\naws_access_key_id = aws\naws_secret_access_key=aws-secret\naws_session_token = aws-token\n'
  const AWS_SHARED_CREDENTIALS_FILE = writeDocument('credentials', text)
  assert.deepEqual(credentialsOf({ AWS_PROFILE: 'ceph', AWS_SHARED_CREDENTIALS_FILE }), TAKEN)
  assert.throws(() => credentialsOf({ AWS_PROFILE: 'other', AWS_SHARED_CREDENTIALS_FILE }), {
    code: 'config_invalid',
    message: /^AWS_PROFILE names other, and .* has no aws_access_key_id/,
  })
  assert.throws(
    () => credentialsOf({ AWS_PROFILE: 'ceph', AWS_SHARED_CREDENTIALS_FILE: '/no/such/file' }),
    /cannot be read/,
  )
})

test('a function never takes the keys of AWS', () => {
  assert.throws(() => connectionOf(readRgwConfig({ RGW_ENDPOINT, ...OF_AWS })), { code: 'config_invalid' })
})
