import { ceph } from 'tidings'

export const handler = ceph().on('ObjectCreated:*', { bucket: 'photos' }, ({ record, log }) => {
  log.info(`${record.key} has ${record.size} bytes`)
})
