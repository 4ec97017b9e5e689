import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDesired } from '../../../lib/provisioning/document/desired.ts'
import { documentOfRook, isRook } from '../../../lib/provisioning/import/rook-document.ts'

const ROOK = `
apiVersion: ceph.rook.io/v1
kind: CephBucketTopic
metadata: { name: uploads, namespace: app }
spec:
  objectStoreName: store
  objectStoreNamespace: rook-ceph
  opaqueData: from-rook
  persistent: true
  endpoint: { http: { uri: "https://tidings.app.svc/", disableVerifySSL: true, sendCloudEvents: true } }
---
apiVersion: ceph.rook.io/v1
kind: CephBucketNotification
metadata: { name: photos, namespace: app }
spec:
  topic: uploads
  events: ["s3:ObjectCreated:*"]
  filter:
    keyFilters: [{ name: prefix, value: in/ }]
    metadataFilters: [{ name: x-amz-meta-color, value: blue }]
    tagFilters: [{ name: stage, value: dev }]
---
apiVersion: ceph.rook.io/v1
kind: CephBucketNotification
metadata: { name: all, namespace: app }
spec: { topic: others }
---
apiVersion: objectbucket.io/v1alpha1
kind: ObjectBucketClaim
metadata: { name: claim, labels: { bucket-notification-photos: photos } }
spec: { bucketName: photos-of-app }
`

test("Rook's topics, notifications and claims become one document", () => {
  assert.equal(isRook(ROOK), true)
  const document = documentOfRook(ROOK)
  assert.deepEqual(document, {
    topics: [
      {
        name: 'uploads',
        endpoint: 'https://tidings.app.svc/',
        persistent: true,
        opaqueData: 'from-rook',
        verifySsl: false,
        cloudevents: true,
      },
      { name: 'others', existing: true },
    ],
    buckets: [
      {
        name: 'photos-of-app',
        rules: [
          {
            id: 'photos',
            topic: 'uploads',
            events: ['ObjectCreated:*'],
            filter: { prefix: 'in/', metadata: { 'x-amz-meta-color': 'blue' }, tags: { stage: 'dev' } },
          },
        ],
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
      { name: '${env:BUCKET_NAME}', rules: [{ id: 'all', topic: 'others' }] },
    ],
  })
  const resolve = { env: () => 'claimed-bucket', file: () => undefined }
  assert.equal(readDesired(document, { resolve, secretsAllowed: false }).buckets[1]?.name, 'claimed-bucket')
})

test('a resource that lacks something is refused with its place', () => {
  const text = 'kind: CephBucketTopic\nmetadata: { name: t }\nspec: { endpoint: { http: { url: "http://h" } } }'
  assert.throws(() => documentOfRook(text), {
    code: 'desired_invalid',
    message: /^document 1: spec\.endpoint\.http\.uri: is not as a CephBucketTopic/,
  })
})
