import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { connectionOf } from '../../lib/gateway/gateway-connection.ts'
import { openS3 } from '../../lib/provisioning/gateway/rgw-connection.ts'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'
import * as s3 from '../services/s3.ts'
import { bucketFor, gatewayVariables, serveExample } from './serve-example.ts'

const photo = () =>
  sharp({ create: { width: 1600, height: 800, channels: 3, background: '#3070b0' } })
    .jpeg()
    .toBuffer()

test('a photo gets a thumbnail in the bucket, the thumbnail gets none, and what is not a photo becomes a dead letter', async () => {
  await using host = await serveExample('thumbnails.ts', gatewayVariables())
  const client = await bucketFor('example-thumbnails', host)
  await s3.putObject(client, 'example-thumbnails', 'holidays/ü 1.jpg', await photo())
  await s3.putObject(client, 'example-thumbnails', 'notes.txt', 'no photo')
  await s3.putObject(client, 'example-thumbnails', 'broken.png', 'no pixels')

  const gateway = openS3(connectionOf(readRgwConfig(gatewayVariables())))
  const { Contents = [] } = await gateway.send(new ListObjectsV2Command({ Bucket: 'example-thumbnails' }))
  assert.deepEqual(
    Contents.map(({ Key }) => Key),
    ['broken.png', 'holidays/ü 1.jpg', 'notes.txt', 'thumbnails/holidays/ü 1.jpg.webp'],
  )
  const Key = 'thumbnails/holidays/ü 1.jpg.webp'
  const { Body, ContentType } = await gateway.send(new GetObjectCommand({ Bucket: 'example-thumbnails', Key }))
  const { format, width, height } = await sharp(await Body?.transformToByteArray()).metadata()
  assert.deepEqual([ContentType, format, width, height], ['image/webp', 'webp', 320, 160])

  const letter = await host.untilLogged(({ type }) => type === 'tidings.dead-letter')
  assert.deepEqual(letter.data.reasons, [{ code: 'set_aside', message: 'it cannot be read as an image' }])
  assert.equal(host.log.filter(({ message }) => message === 'made a thumbnail').length, 1)
})
