import { readFileSync } from 'node:fs'

/** What `${file:PATH}` stands for; undefined where no such file can be read, which the document's check then says. */
export const readFileReference = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
