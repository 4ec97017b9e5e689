/**
 * node:crypto, loaded by whoever first needs it. It costs 8 ms of CPU, a fifth of a cold start, which a function that is
 * guarded by its platform, and meets no dead letter, need not spend.
 */
export const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto')
