import { unescape as percentDecode } from 'node:querystring'
import { CEPH_SETTINGS } from '../ceph/ceph-settings.ts'
import { ConfigError } from '../process/errors.ts'
import { type Environment, readSettings } from '../process/settings.ts'
import { type DeadLetterQueue, withDeadLetters } from '../relay/dead-letters/dead-letters.ts'
import type { Letters } from '../relay/dead-letters/letter.ts'
import { withLetters } from '../relay/dead-letters/open-letters.ts'
import { lettersOfRelay } from '../relay/dead-letters/queue-letters.ts'
import { createAsk } from '../relay/invoke/invoke-http.ts'
import type { Source } from '../relay/options.ts'
import { toVariables } from '../relay/settings/relay-config.ts'
import { readSources } from '../relay/settings/source-config.ts'
import { readRoutesConfig } from '../sinks/routes/routes-config.ts'
import type { DeadLettersLine } from './relay-flags.ts'
import { tokensFrom } from './run-command.ts'

type Open<Opened> = <Result>(use: (opened: Opened) => Promise<Result>) => Promise<Result>

/** A place to look for dead letters. */
export type Place = {
  readonly name: { readonly vhost: string; readonly queue: string } | { readonly place: string }
  readonly open: Open<Letters>
  /** Set if it is the dead-letter queue of a relay: its letters can go back to their queues. */
  readonly relay?: { readonly source: Source; readonly open: Open<DeadLetterQueue> }
}

/**
 * The place that `--from` names. Without it, the dead-letter queues of the relay; and where no broker is set either, the place
 * that the functions of this environment write to.
 *
 * @throws ConfigError
 */
export const findPlaces = (
  { from, flags }: DeadLettersLine,
  env: Environment,
): { readonly places: readonly Place[]; readonly secrets: readonly string[] } => {
  const variables = toVariables(flags)
  const hasBroker = [variables.AMQP_URL, env.AMQP_URL, env.AMQP_URL_FILE].some(Boolean)
  const text = from ?? (hasBroker ? undefined : writtenTo(env))
  if (text === undefined) {
    if (!hasBroker)
      throw new ConfigError(
        'there is no place to read from: name it with --from, or set DEAD_LETTER_URL, or AMQP_URL for the dead letters of a relay',
      )
    const sources = readSources(env, variables)
    return { places: sources.map(relayPlace), secrets: sources.map(({ password }) => password) }
  }
  const url = URL.parse(text)
  if (url === null)
    throw new ConfigError(
      '--from must be a URL as in DEAD_LETTER_URL, for example file:///var/lib/tidings/dead-letters.ndjson',
    )
  return {
    places: [{ name: { place: url.protocol }, open: (use) => withLetters(url, { env, flags: variables }, use) }],
    secrets: [percentDecode(url.password), url.password].filter(Boolean),
  }
}

const writtenTo = (env: Environment): string | undefined =>
  env.DEAD_LETTER_URL || (env.TIDINGS_CONFIG ? readRoutesConfig(env)?.deadLetters?.href : undefined)

const relayPlace = (source: Source): Place => ({
  name: { vhost: source.vhost, queue: `${source.queue.name}.dead-letters` },
  open: (use) => withDeadLetters(source, (queue) => use(lettersOfRelay(queue, source))),
  relay: { source, open: (use) => withDeadLetters(source, use) },
})

/** A function that gets the messages of dead letters. */
export type Target = {
  readonly name: string
  readonly ask: ReturnType<typeof createAsk>
  /** The secret of OPAQUE_SECRETS that the function wants to see in its records. */
  readonly opaqueSecret: string | undefined
}

const ANSWER_TIMEOUT_MS = 60_000

/**
 * The function that `--to` names. Its secrets are added to `secrets`.
 *
 * @throws ConfigError
 */
export const targetOf = (
  { to, tokenFile }: DeadLettersLine,
  env: Environment,
  secrets: string[],
): Target | undefined => {
  if (to === undefined) return undefined
  const url = new URL(to)
  const tokens = tokensFrom(tokenFile, env)
  const { OPAQUE_SECRETS: opaqueSecrets } = readSettings(CEPH_SETTINGS, env)
  secrets.push(...tokens, ...opaqueSecrets, ...[percentDecode(url.password)].filter(Boolean))
  const hasOwn = url.password !== '' && tokenFile === undefined
  const ask = createAsk({ url, token: hasOwn ? undefined : tokens[0], timeoutMs: ANSWER_TIMEOUT_MS })
  return { name: `${url.origin}${url.pathname}`, ask, opaqueSecret: opaqueSecrets[0] }
}
