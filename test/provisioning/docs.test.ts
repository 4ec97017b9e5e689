import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { resourceRequests } from '../../lib/provisioning/custom-resource.ts'
import { readDesired } from '../../lib/provisioning/document/desired.ts'
import { requestOf } from '../../lib/provisioning/request.ts'
import { codeBlocks } from '../markdown.ts'

const [, section = ''] = readFileSync(new URL('../../docs/provisioning.md', import.meta.url), 'utf8').split(
  '\n## As a function\n',
)
const [request = '', template = ''] = codeBlocks(section, 'yaml')
const options = { resolve: { env: () => 'a-token', file: () => undefined }, secretsAllowed: false }

test('the request that is shown is one, and its document valid', () => {
  const body = Buffer.from(request)
  const { action, desired } = requestOf({ body, headers: {}, origin: { kind: 'direct' } })
  assert.equal(action, 'apply')
  assert.equal(readDesired(desired, options).topics.length, 1)
})

test('the custom resource that is shown applies a valid document', () => {
  const customTags = [{ tag: '!GetAtt', resolve: (value: string) => value }]
  const { Properties } = parse(template, { customTags }).Uploads
  const [{ action, desired } = assert.fail()] = resourceRequests({
    RequestType: 'Create',
    ResourceProperties: Properties,
  })
  assert.equal(action, 'apply')
  assert.equal(readDesired(desired, options).topics.length, 1)
})
