import type { Readable } from 'node:stream'

/** Not node:readline, for which U+2028 ends a line too: JSON may hold it as it is. */
export const eachLine = (stream: Readable, take: (line: string) => void): void => {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}
