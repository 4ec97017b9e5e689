import { openstack } from 'tidings'

export const handler = openstack().on('compute.instance.create.end', async ({ data, log }) => {
  log.info('created', { server: data.payload.display_name, project: data.payload.tenant_id })
})
