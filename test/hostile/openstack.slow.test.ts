import { staysWithinBounds } from './growth.ts'

await staysWithinBounds(new URL('./openstack-kinds.ts', import.meta.url))
