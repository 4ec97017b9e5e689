import { test } from 'node:test'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'a block goes on over a line of blanks, however short it is': [
    'a:\n  password: |\n«    SECRET\n \n    SECRET»\n  b: KEEP',
    'a:\n  password: |\n«    SECRET\n\n    SECRET»\n  b: KEEP',
  ],
  'the blank lines below a block are kept': ['password: |\n«  SECRET»\n\n\nb: KEEP'],
  'the items of a list may be as deep as its name, and not less': [
    'a:\n  passwords:\n«  - SECRET\n  - SECRET»\n  b: KEEP',
    'a:\n  passwords:\n«  - SECRET»\n- KEEP',
    'a:\n  passwords:\n«    SECRET»\n  KEEP',
  ],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}
