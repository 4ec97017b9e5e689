import { Readable } from 'node:stream'
import { tidings } from '../../lib/cli/tidings.ts'

type Given = {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly isTTY?: boolean
  readonly signal?: AbortSignal
}

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** A command line in this process: what it prints, and its exit code. */
export const runInProcess = async (args: readonly string[], given: Given = {}): Promise<Ended> => {
  const { env = {}, stdin = '', isTTY = false, signal = new AbortController().signal } = given
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const code = await tidings({
    args,
    env,
    stdin: Readable.from([stdin]),
    stdout: { isTTY, write: (text) => stdout.push(text) },
    stderr: { isTTY, write: (text) => stderr.push(text) },
    signal,
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}
