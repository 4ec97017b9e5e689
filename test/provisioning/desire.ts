import { type Desired, parseDesired, readDesired } from '../../lib/provisioning/document/desired.ts'

/** A document in YAML, with what its references stand for. */
export const desire = (text: string, env: Readonly<Record<string, string>> = {}, secretsAllowed = false): Desired =>
  readDesired(parseDesired(text), {
    resolve: { env: (name) => env[name], file: () => undefined },
    secretsAllowed,
  })
