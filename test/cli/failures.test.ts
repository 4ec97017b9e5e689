import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureText } from '../../lib/cli/outcome-text.ts'
import { ConfigError } from '../../lib/process/errors.ts'
import { ApplyError } from '../../lib/provisioning/apply.ts'
import { UnmetError } from '../../lib/provisioning/document/faults.ts'
import { RgwRefusedError, RgwUnavailableError } from '../../lib/provisioning/gateway/refusal.ts'
import type { Change } from '../../lib/provisioning/plan/plan.ts'
import { runInProcess } from './in-process.ts'

const change = (name: string): Change => ({ action: 'create', kind: 'rule', name, bucket: 'photos', differences: [] })

const REFUSAL = { operation: 'CreateTopic', httpStatus: 403, rgwCode: 'AccessDenied', requestId: 'tx0001' }

test('an apply that failed tells what was done, what was not, and the request', () => {
  const cause = new RgwRefusedError('CreateTopic of topic a: 403 AccessDenied: no', REFUSAL)
  assert.equal(
    failureText(new ApplyError(cause, [change('a')], [change('b'), change('c')]), false),
    `tidings: apply_incomplete: CreateTopic of topic a: 403 AccessDenied: no (1 of 3 changes were made before)
  request id: tx0001
  done:
    create rule a of bucket photos
  not done:
    create rule b of bucket photos
    create rule c of bucket photos
  the gateway would refuse this again: change the document or the permissions first, then apply again
`,
  )
})

test('a gateway without an answer has no request id, and what is missing is told by its path', () => {
  assert.equal(failureText(new RgwUnavailableError('no answer'), false), 'tidings: rgw_unavailable: no answer\n')
  assert.equal(
    failureText(
      new UnmetError([{ path: 'buckets.0', message: 'bucket photos does not exist', line: 3, column: 5 }]),
      false,
    ),
    'tidings: desired_unmet: something that the document needs is missing, and nothing was sent\n  line 3, column 5: buckets.0: bucket photos does not exist\n',
  )
})

test('a setting at fault is told by its variable and its flag', () => {
  assert.equal(
    failureText(new ConfigError('RGW_ENDPOINT must be a URL; RGW_ATTEMPTS must be a number'), false),
    'tidings: config_invalid: RGW_ENDPOINT (--endpoint-url) must be a URL; RGW_ATTEMPTS must be a number\n',
  )
})

test('each thing that is wrong with a document has its line, and no secret is in it', async () => {
  const env = { RGW_ENDPOINT: 'http://127.0.0.1:9', RGW_ACCESS_KEY: 'key', RGW_SECRET_KEY: 's3cret', TOKEN: 't0ken' }
  const stdin = `
    topics: [{ name: t, endpoint: "ftp://h/\${env:TOKEN}" }, { name: u, endpoint: "\${env:TOKEN}", "colour s3cret": 1 }]`
  const { code, stdout, stderr } = await runInProcess(['provision', 'plan', '-f', '-'], { env, stdin })
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(
    stderr,
    /^ {2}line 2, column 98: topics\.1\.colour \[redacted\]: there is no such setting here: remove it$/m,
  )

  const other = await runInProcess(['provision', 'plan', '-f', '-'], {
    env,
    stdin: stdin.replace(', "colour s3cret": 1', ''),
  })
  assert.equal(other.stderr.split('\n').length, 4)
  assert.doesNotMatch(other.stderr, /t0ken|s3cret/)
})

test('a file that is not there, and a gateway that is not named, are told', async () => {
  const env = { RGW_ENDPOINT: 'http://127.0.0.1:9', RGW_ACCESS_KEY: 'key', RGW_SECRET_KEY: 'secret' }
  const { code, stderr } = await runInProcess(['provision', 'plan', '-f', '/no/such/file'], { env })
  assert.equal(code, 1)
  assert.equal(stderr, 'tidings: config_invalid: --file: /no/such/file cannot be read: name a file that exists\n')
  // A file may be called like a flag.
  assert.match(
    (await runInProcess(['provision', 'plan', '-f', 'topic'], { env })).stderr,
    /--file: topic cannot be read/,
  )
  const pattern = await runInProcess(['provision', 'plan', '-f', '-'], { env: { ...env, ALLOWED_ENDPOINTS: 'a b' } })
  assert.equal(
    pattern.stderr,
    'tidings: config_invalid: ALLOWED_ENDPOINTS must be a list of patterns [scheme://]host[:port], separated by commas\n',
  )
  const unnamed = await runInProcess(['provision', 'plan', '-f', '-'])
  assert.match(unnamed.stderr, /^tidings: config_invalid: RGW_ENDPOINT \(--endpoint-url\) is missing/)
})

test('a command that is stopped while it waits for its document says so', async () => {
  const env = { RGW_ENDPOINT: 'http://127.0.0.1:9', RGW_ACCESS_KEY: 'key', RGW_SECRET_KEY: 'secret' }
  const { code, stderr } = await runInProcess(['provision', 'apply', '-f', '-'], { env, signal: AbortSignal.abort() })
  assert.equal(code, 1)
  assert.equal(stderr, 'tidings: config_invalid: --file: stdin was not read to its end, and nothing was sent\n')
})
