import { type LogLevel, setUpLog } from '../lib/process/log.ts'
import { createRedact } from '../lib/process/secrets.ts'

export type LogLine = Readonly<Record<string, unknown>>

/** Collects all log lines of this process from now on, even if a function has set up another destination before. */
export const collectLog = (level: LogLevel = 'debug'): readonly LogLine[] => {
  const lines: LogLine[] = []
  setUpLog({ level, redact: createRedact([]), stream: { write: (line) => lines.push(JSON.parse(line)) } })
  return lines
}
