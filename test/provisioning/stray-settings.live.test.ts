// What stands in the environment and in the home folder for AWS does not change where requests go, or with which keys.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gatewayVariables, spawnTidings } from '../cli/spawned.ts'
import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { startReceiver } from '../receiver.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openGateway } from './gateway.ts'

const gateway = await openGateway()
const trap = await startReceiver()
after(() => trap.close())
const url = new URL(trap.url).origin

const HOME = temporaryFolder()
mkdirSync(join(HOME, '.aws'))
const profile = (name: string) => `[${name}]
aws_access_key_id = stray
aws_secret_access_key = stray-secret
aws_session_token = stray-token
`
writeFileSync(join(HOME, '.aws/credentials'), `${profile('default')}${profile('stray')}`)
writeFileSync(
  join(HOME, '.aws/config'),
  ['default', 'profile stray']
    .map(
      (name) => `[${name}]
region = eu-west-9
endpoint_url = ${url}
use_fips_endpoint = true
use_dualstack_endpoint = true
defaults_mode = auto
retry_mode = adaptive
max_attempts = 9
sts_regional_endpoints = regional
request_checksum_calculation = when_supported
response_checksum_validation = when_supported
sigv4a_signing_region_set = *
services = stray
s3 =
  addressing_style = virtual
`,
    )
    .join(''),
)

/** Every variable that the SDK or the AWS command read, set to something that would lead elsewhere. */
const STRAY = {
  HOME,
  AWS_ACCESS_KEY_ID: 'stray',
  AWS_SECRET_ACCESS_KEY: 'stray-secret',
  AWS_SESSION_TOKEN: 'stray-token',
  AWS_SECURITY_TOKEN: 'stray-token',
  AWS_CREDENTIAL_EXPIRATION: '2001-01-01T00:00:00Z',
  AWS_CREDENTIAL_SCOPE: 'stray',
  AWS_ACCOUNT_ID: '123456789012',
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required',
  AWS_PROFILE: 'stray',
  AWS_DEFAULT_PROFILE: 'stray',
  AWS_SDK_LOAD_CONFIG: '1',
  AWS_REGION: 'eu-west-9',
  AWS_DEFAULT_REGION: 'eu-west-9',
  AWS_SIGV4A_SIGNING_REGION_SET: '*',
  AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_S3: url,
  AWS_ENDPOINT_URL_SNS: url,
  AWS_ENDPOINT_URL_STS: url,
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
  AWS_ENDPOINT_DISCOVERY_ENABLED: 'true',
  AWS_ENABLE_ENDPOINT_DISCOVERY: 'true',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_DEFAULTS_MODE: 'auto',
  AWS_RETRY_MODE: 'adaptive',
  AWS_MAX_ATTEMPTS: '9',
  AWS_S3_USE_ARN_REGION: 'true',
  AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'false',
  AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS: 'true',
  AWS_S3_US_EAST_1_REGIONAL_ENDPOINT: 'regional',
  AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_SUPPORTED',
  AWS_RESPONSE_CHECKSUM_VALIDATION: 'WHEN_SUPPORTED',
  AWS_DISABLE_REQUEST_COMPRESSION: 'false',
  AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES: '0',
  AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'true',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/stray',
  AWS_CONTAINER_AUTHORIZATION_TOKEN: 'stray',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/no/such/file',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/stray',
  AWS_ROLE_SESSION_NAME: 'stray',
  AWS_CA_BUNDLE: '/no/such/file',
  AWS_SDK_UA_APP_ID: 'stray',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'stray',
}

const desired = (name: string) => ({
  topics: [{ name, endpoint: 'http://127.0.0.1:9/' }],
  buckets: [{ name, create: true, rules: [{ id: 'r', topic: name }] }],
})

test('the command asks the gateway that RGW_ENDPOINT names, with its own keys', async () => {
  const args = ['provision', 'apply', '-f', '-']
  const env = { ...STRAY, ...gatewayVariables(gateway.connection) }
  const { code, stdout, stderr } = await spawnTidings(args, { env, stdin: JSON.stringify(desired('stray-command')) })
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /3 to create\ndone\n$/)
  assert.equal((await gateway.rgw.readRules('stray-command'))?.length, 1)
  assert.deepEqual(trap.requests, [])
})

test('the function asks the gateway that RGW_ENDPOINT names, with its own keys', async () => {
  const more = { FUNCTION: 'ceph-provisioner', AUTH_TOKENS: 'token' }
  // On Lambda it would wait for Lambda's own calls.
  const { AWS_LAMBDA_FUNCTION_NAME: _, ...stray } = STRAY
  await using host = await startHost({ ...stray, ...gatewayVariables(gateway.connection), ...more })
  const body = JSON.stringify({ action: 'apply', desired: desired('stray-function') })
  const answer = await ask({ port: host.port, headers: { authorization: 'Bearer token' }, body })
  assert.deepEqual([answer.status, JSON.parse(answer.body).outcome], [200, 'done'])
  assert.equal((await gateway.rgw.readRules('stray-function'))?.length, 1)
  assert.deepEqual(trap.requests, [])
})

test('a function without keys of the gateway does not start, although those of AWS are there', async () => {
  const environment = { ...STRAY, RGW_ENDPOINT: gateway.connection.endpoint.origin, FUNCTION: 'ceph-provisioner' }
  await assert.rejects(async () => {
    await using _ = await startHost(environment)
  }, /RGW_ACCESS_KEY is missing.*RGW_SECRET_KEY is missing/)
  assert.deepEqual(trap.requests, [])
})
