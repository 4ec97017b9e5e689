import { staysWithinBounds } from './growth.ts'

await staysWithinBounds(new URL('./redaction-kinds.ts', import.meta.url))
