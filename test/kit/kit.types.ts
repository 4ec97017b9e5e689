// Compiled by `npm run check`, never run: what the builders promise to an editor.

import { type CephContext, ceph, openstack } from '../../lib/index.ts'

declare const text: string
const ignore = (): void => {}

ceph()
  .on('ObjectCreated:*', { bucket: 'photos', suffix: ['.jpg', '.png'] }, async ({ record, event, log, signal }) => {
    const names: string[] = [record.bucket, record.key, event.data.eventName]
    signal.throwIfAborted()
    log.info('seen', { names })
  })
  .on('s3:ObjectRemoved:Delete', ignore)
  .on('*', ({ record }) => void record.size)
  // A text that is read from somewhere is taken.
  .on(text, { prefix: 'in/' }, ({ record }) => void record.key)
  .otherwise(({ late }) => void late)

export const forget = ({ record }: CephContext): void => void record.key
ceph().on('ObjectRemoved:*', forget)

// @ts-expect-error: a typo.
ceph().on('ObjectCreatd:*', ignore)
// @ts-expect-error: a typo in a filter.
ceph().on('ObjectCreated:*', { bukket: 'photos' }, ignore)

openstack()
  .on('compute.instance.create.end', ({ data, event }) => {
    const { service, kind }: { service: string; kind: string } = data
    const instance: string = data.payload.instance_id
    return void [service, kind, instance, event.data.payload.instance_id.length, event.subject]
  })
  .on('instance.create.end', { host: 'compute-1', payload: { state: ['active', null], vcpus: 2 } }, ignore)
  .on({ service: 'neutron', resource: 'port', action: 'delete', phase: ['end', 'none'] }, ({ data }) => void data.host)
  .on('port.create.end', { service: 'neutron' }, ({ data }) => void data.payload.port.mac_address.length)
  .on('compute.instance.*', ({ data }) => void data.payload)
  .on('instance.delete.end', ({ data }) => {
    const host: string | undefined = data.payload.host_name ?? data.payload.hostname
    return void host
  })
  .on(text, ({ data }) => void data.payload)
  .otherwise(ignore)

// @ts-expect-error: a typo.
openstack().on('compute.instance.craete.end', ignore)
// @ts-expect-error: no such phase.
openstack().on({ phase: 'begin' }, ignore)
