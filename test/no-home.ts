// A stand-in for a container whose user has no home folder and no entry in /etc/passwd. Import it before anything else.
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'

os.homedir = () => {
  throw new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)')
}
syncBuiltinESMExports()
delete process.env.HOME
