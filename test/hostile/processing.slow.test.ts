import { staysWithinBounds } from './growth.ts'

await staysWithinBounds(new URL('./processing-kinds.ts', import.meta.url))
