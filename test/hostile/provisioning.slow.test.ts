import { staysWithinBounds } from './growth.ts'

await staysWithinBounds(new URL('./provisioning-kinds.ts', import.meta.url))
