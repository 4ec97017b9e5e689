import { staysWithinBounds } from './growth.ts'

await staysWithinBounds(new URL('./gateway-kinds.ts', import.meta.url))
