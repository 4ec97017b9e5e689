import type { Desired } from '../document/desired.ts'
import type { Change } from './change.ts'
import type { State } from './state.ts'

/** What there is to carry out, and what that needs to know. */
export type Work = { readonly desired: Desired; readonly state: State; readonly changes: readonly Change[] }

/** Carries some changes out, and says of each when it is done. */
export type Step = (settle: (change: Change) => void) => Promise<void>

/** The next phase begins when all steps of this one are done. */
export type Phase = { readonly steps: readonly Step[]; readonly oneByOne: boolean }
