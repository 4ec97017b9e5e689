import { ceph } from 'tidings'

export const handler = ceph().on('ObjectCreated:*', { bucket: 'photos' }, async ({ record, log }) => {
  log.info('stored', { key: record.key, size: record.size })
})
