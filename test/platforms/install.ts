// Installs what the platforms' own runtimes and validators are tested with, into .cache/platforms. Run before those tests, as
// `npm run test:platforms` does. What cannot be installed ends it with a line that says so: nothing is left out without a word.
import { install as docker } from './docker/install.ts'
import { install as knative } from './knative/install.ts'
import { install as lambda } from './lambda/install.ts'
import { install as openfaas } from './openfaas/install.ts'

// One after the other: each compiles, with all cores.
for (const [platform, install] of Object.entries({ lambda, openfaas, knative, docker })) {
  try {
    await install()
  } catch (error) {
    const { message, stderr } = error as Error & { readonly stderr?: string } // As Node's execFile rejects.
    process.stderr.write(
      `${stderr ?? ''}\nthe tests of ${platform} need tools that could not be installed: ${message}\n`,
    )
    process.exit(1)
  }
}
