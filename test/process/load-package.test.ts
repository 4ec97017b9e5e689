import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPackage } from '../../lib/process/load-package.ts'

test('a package that is not installed is named, with who needs it and the command that installs it', async () => {
  await assert.rejects(loadPackage('not-a-package', 'CLAIMS_URL'), {
    code: 'config_invalid',
    message: 'CLAIMS_URL needs the package not-a-package: run npm install not-a-package',
  })
})

test('a package that is installed and broken is not a missing one', async () => {
  await assert.rejects(loadPackage(new URL('broken-package.cjs', import.meta.url).href, 'CLAIMS_URL'), {
    code: 'MODULE_NOT_FOUND',
  })
})
