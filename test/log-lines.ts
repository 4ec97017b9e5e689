import { type LogLevel, setUpLog } from '../lib/process/log.ts'
import { createRedact } from '../lib/process/secrets.ts'

export type LogLine = Readonly<Record<string, unknown>>

/** From now on all that this process logs comes here, instead of where a function set up just before would log. */
export const collectLog = (level: LogLevel = 'debug'): readonly LogLine[] => {
  const lines: LogLine[] = []
  setUpLog({ level, redact: createRedact([]), stream: { write: (line) => lines.push(JSON.parse(line)) } })
  return lines
}
