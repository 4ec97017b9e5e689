import { test } from 'node:test'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'a name may have blanks after it, up to 32': [
    `password${' '.repeat(32)}=«SECRET»`,
    `password${' '.repeat(33)}=KEEP`,
    'password\t=«SECRET»',
  ],
  'a name may have two words, brackets or quotes': [
    'private key: «SECRET»',
    'service catalog: «SECRET»',
    'the key: KEEP',
    'private\tkey: KEEP',
    'user[password]=«SECRET»',
    '{"user[password]": "«SECRET»", "server[name]": "KEEP"}',
    "{'user[admin_pass]': '«SECRET»'}",
    'd["password"] = "«SECRET»"',
    '"admin password": "«SECRET»"',
  ],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}
