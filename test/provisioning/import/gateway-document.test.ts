import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentOfState } from '../../../lib/provisioning/import/gateway-document.ts'

test('each secret has a variable of its own, which a shell can set', () => {
  const topic = (name: string) => {
    const attributes = new Map([
      ['push-endpoint', 'http://h/'],
      ['OpaqueData', `secret of ${name}`],
    ])
    return [name, { name, arn: `arn:aws:sns:::${name}`, attributes, olderThan: undefined }] as const
  }
  const topics = new Map(['a-b', 'a.b', 'a_b', '1st'].map(topic))
  const { document, variables } = documentOfState({ topics, buckets: new Map() })
  assert.deepEqual(variables, ['A_B_OPAQUEDATA', 'A_B_OPAQUEDATA_2', 'A_B_OPAQUEDATA_3', '_1ST_OPAQUEDATA'])
  assert.deepEqual(
    document.topics?.map(({ opaqueData }) => opaqueData),
    variables.map((name) => `\${env:${name}}`),
  )
})
