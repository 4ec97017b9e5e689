import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

const directory = mkdtempSync(join(tmpdir(), 'tidings-'))
after(() => rmSync(directory, { recursive: true }))

/** The path of a file that lasts as long as this file's tests. */
export const writeDocument = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}
