// A thumbnail beside each photo that is uploaded: holidays/a.jpg gets thumbnails/holidays/a.jpg.webp.
// Needs RGW_ENDPOINT, RGW_ACCESS_KEY and RGW_SECRET_KEY, and the package sharp.
import sharp from 'sharp'
import { ceph, SetAside } from 'tidings'

const PHOTOS = { suffix: ['.jpg', '.jpeg', '.png'], size: { max: 50_000_000 } }

export const handler = ceph({ name: 'thumbnails' }).on('ObjectCreated:*', PHOTOS, async ({ record, log }) => {
  const photo = await record.get()
  // It was deleted in the meantime.
  if (photo === undefined) return
  const thumbnail = await shrink(await photo.bytes())
  // The gateway sends an event for the thumbnail too. tidings skips it, because record.put marks what it writes.
  await record.put(`thumbnails/${record.key}.webp`, thumbnail, { contentType: 'image/webp' })
  log.info('made a thumbnail', { key: record.key, bytes: thumbnail.length })
})

const shrink = async (photo: Buffer): Promise<Buffer> => {
  try {
    return await sharp(photo).rotate().resize(320, 320, { fit: 'inside' }).webp().toBuffer()
  } catch (cause) {
    // Another try would not help.
    throw new SetAside('it cannot be read as an image', { cause })
  }
}
