import type { Progress } from '../provisioning/plan/run.ts'
import type { Output } from './terminal.ts'

/** Goes back to the beginning of the line and clears it (ECMA-48 EL). */
export const CLEAR = '\r\u001b[K'

/** One line that is written again and again; nothing where the output is not a terminal. */
export const showProgress = (output: Output) => {
  if (!output.isTTY) return { show: () => {}, clear: () => {} }
  return {
    show: ({ stage, done, total }: Progress): void => {
      output.write(`${CLEAR}${stage} ${done}/${total}`)
    },
    clear: (): void => {
      output.write(CLEAR)
    },
  }
}
