import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { CLAIMS_SETTINGS, claimsConfig } from '../../lib/claims/claims-settings.ts'
import { isOfClaims } from '../../lib/claims/open-claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { readSettings } from '../../lib/process/settings.ts'

const isClaim = (
  CLAIMS_URL: string,
  { source, subject, type = 'com.amazonaws.s3.ObjectCreated:Put' }: Partial<CloudEvent>,
) =>
  isOfClaims(claimsConfig(readSettings(CLAIMS_SETTINGS, { CLAIMS_URL })))({
    ...{ specversion: '1.0', id: '1', datacontenttype: 'application/json', data: {}, type },
    ...{ source: source ?? '', ...(subject !== undefined && { subject }) },
  })

const KEY = createHash('sha256').update('an event').digest('hex')
const url = 's3://claims/photos'
const ours = { source: 'ceph:s3.default.claims', subject: `photos/${KEY}` }

describe('an event is of the claims', () => {
  for (const [what, event] of Object.entries({
    'where its object is one': ours,
    'of a gateway without a region': { ...ours, source: 'ceph:s3..claims' },
    'in the bucket of a tenant': { ...ours, source: 'ceph:s3.default.acme:claims' },
    'when it is removed': { ...ours, type: 'com.amazonaws.s3.ObjectLifecycle:Expiration:Current' },
  })) {
    test(what, () => assert.equal(isClaim(url, event), true))
  }

  for (const [what, event] of Object.entries({
    'of another prefix': { ...ours, subject: `videos/${KEY}` },
    'of another object beside them': { ...ours, subject: 'photos/cat.jpg' },
    'of a bucket whose name ends alike': { ...ours, source: 'ceph:s3.default.old-claims' },
    'of another type': { ...ours, type: 'org.openstack.image.update' },
    'without a subject': { source: ours.source },
  })) {
    test(`but not ${what}`, () => assert.equal(isClaim(url, event), false))
  }

  test('and of no other store than a bucket', () => {
    for (const other of ['memory:', 'none:', 'redis://claims/0', 'dynamodb://claims'])
      assert.equal(isClaim(other, ours), false)
  })
})
