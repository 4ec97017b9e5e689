import { staysWithinBounds } from './growth.ts'

await staysWithinBounds(new URL('./ceph-kinds.ts', import.meta.url))
