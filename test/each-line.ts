import type { Readable } from 'node:stream'

/** node:readline does not fit: it ends a line at U+2028 too, which JSON may contain unescaped. */
export const eachLine = (stream: Readable, take: (line: string) => void): void => {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}
