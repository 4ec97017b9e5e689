import type { Progress } from '../provisioning/plan/run.ts'
import type { Output } from './terminal.ts'

/** Back to the beginning of the line, and away with what stands there (ECMA-48 EL). */
export const CLEAR = '\r\u001b[K'

/** One line that is written again and again, for eyes only: nothing where the output is no terminal. */
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
