import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { leanSchemas } from '../../lib/cli/lean-bundles.ts'
import { wireRecord } from '../ceph/ceph-records.ts'
import { openstackCapture } from '../fixtures.ts'

type Check = { readonly name: string; readonly told: (value: unknown) => string }

/** Each schema of the wire tells of a value that it fits, or why not. */
const ENTRY = `
  import * as z from 'zod/mini'
  import { CephRecord } from '../ceph/ceph-notification.ts'
  import { CadfEvent } from '../openstack/describing/cadf.ts'
  import { VersionedObject } from '../openstack/describing/versioned-object.ts'
  import { OsloEnvelope, OsloMessage } from '../openstack/reading/oslo-message.ts'
  import { schemaError } from './wire-schema.ts'
  const schemas = { CephRecord, CadfEvent, OsloEnvelope, OsloMessage, ...VersionedObject }
  export const zodKeys = Object.keys(z).length
  export const checks = Object.entries(schemas).map(([name, schema]) => ({
    name,
    told: (value) => (z.validate(schema, value) ? 'fits' : schemaError(schema, value, ['at']).message),
  }))`

const bundled = async (plugins: (typeof leanSchemas)[]): Promise<{ checks: readonly Check[]; zodKeys: number }> => {
  const resolveDir = fileURLToPath(new URL('../../lib/process', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir, sourcefile: `${resolveDir}/entry.ts`, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    plugins,
  })
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)
}

/** The value, and the same with each of its parts left out, or replaced by something of another type. */
function* variants(value: unknown): Generator<unknown> {
  yield value
  yield* [
    undefined,
    null,
    '',
    'text',
    '12',
    5,
    -1,
    true,
    [],
    {},
    { length: 0 },
    { length: null },
    ['text'],
    [{ key: 'a', val: 5 }],
  ]
  if (Array.isArray(value))
    for (const [at, item] of value.entries()) for (const one of variants(item)) yield value.with(at, one)
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Record<string, unknown> // Not null, and not a list.
      yield rest
      for (const one of variants(item)) yield { ...value, [name]: one }
    }
}

const oslo = (name: string) => JSON.parse(openstackCapture(name).body)

describe('the lean schemas of functions on Lambda', () => {
  let lean: Awaited<ReturnType<typeof bundled>>
  let whole: Awaited<ReturnType<typeof bundled>>
  before(async () => {
    ;[lean, whole] = await Promise.all([bundled([leanSchemas]), bundled([])])
  })

  test('hold a small part of zod', () => assert.ok(lean.zodKeys < 20 && whole.zodKeys > 50))

  const envelope = oslo('nova/compute.instance.create.end.1')
  const message = JSON.parse(envelope['oslo.message'])
  const versioned = {
    'nova_object.name': 'A',
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.0',
    'nova_object.data': {},
  }
  const cadf = {
    typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
    action: 'create',
    outcome: 'success',
    initiator: { id: 'a', host: { address: '192.0.2.1', agent: null } },
    target: { id: 'b', typeURI: 'data', name: null },
    reason: { reasonType: 'HTTP', reasonCode: '200' },
  }
  const { payload: _, ...flat } = message
  for (const [name, value] of Object.entries({
    'a record of Ceph': wireRecord('a'),
    'a record of MinIO': {
      ...wireRecord('a'),
      s3: { ...wireRecord('a').s3, object: { key: 'a', size: 1, userMetadata: { a: 'b' } } },
    },
    'an envelope of oslo': envelope,
    'a message of oslo': flat,
    'a versioned object': versioned,
    'a CADF event': cadf,
  })) {
    test(`accept and refuse ${name}, whole or spoilt in any part, as zod does and with its words`, () => {
      const fitting = [...whole.checks.entries()].filter(([, { told }]) => told(value) === 'fits')
      const seen = new Set<string>()
      for (const variant of variants(value))
        for (const [index, { name, told }] of fitting) {
          const expected = told(variant)
          seen.add(expected)
          assert.equal(lean.checks[index]?.told(variant), expected, `${name}: ${JSON.stringify(variant)}`)
        }
      assert.ok(seen.has('fits') && seen.size > 3)
    })
  }
})
