import { wholeNumber } from '../process/setting-rules.ts'
import type { Table } from '../process/settings.ts'

export const CLAIMS_SETTINGS = {
  DEDUPLICATE: {
    rule: wholeNumber(0, 10_000_000),
    default: 10_000,
    meaning: 'How many ids of handled events a process remembers, so that it handles none of them twice; `0`: none.',
  },
} as const satisfies Table
