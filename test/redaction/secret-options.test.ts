import { test } from 'node:test'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'a one-letter option takes a password only of a program that is named': [
    'cmd -k KEEP',
    'cmd -p KEEP',
    'sshpass -p «SECRET» mysql -k KEEP',
    'cmd --user a:KEEP',
    'curl --user KEEP',
    'curl --user «a:SECRET» KEEP',
  ],
  'an attached password is hidden as far as the next blank or quote': [
    'mysql -p«S3C!R3T» KEEP',
    'mysql -p«S3C!R3T»',
    'mysql "-p«S3C!R3T»" KEEP',
  ],
  'an option that another one follows has no value': ['cmd --password -x KEEP', 'cmd --password --user KEEP'],
  'the value of an option is the next word or the next item of a list': [
    '["--password", "«SECRET»", "KEEP"]',
    '["--password"] KEEP',
    'cmd --password;, KEEP',
    '["node.session.auth.password", "-v", "«SECRET»", "KEEP"]',
  ],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}
