import { issueText } from '../documents/document-issues.ts'
import { type ConfigError, hasCode, isTidingsError } from '../process/errors.ts'
import type { ApplyError } from '../provisioning/apply.ts'
import type { DesiredError, UnmetError } from '../provisioning/document/faults.ts'
import type { Refusal, RgwRefusedError, RgwUnavailableError } from '../provisioning/gateway/refusal.ts'
import { type Change, diffText } from '../provisioning/plan/plan.ts'
import type { ProvisioningResult } from '../provisioning/provision.ts'
import { VARIABLE_OF_FLAG } from '../relay/settings/relay-settings.ts'

/** A result as text: the changes and the outcome. */
export const resultText = ({ outcome, diff, drift }: ProvisioningResult): string => {
  if (outcome === 'done') return `${diff}done\n`
  if (drift.length === 0) return diff
  const left = diffText({ changes: drift, problems: [], ignored: [], kept: [] })
  return `${diff}done, but the gateway still differs from the document:\n${left}`
}

/**
 * An error as text: the code and the message, then the details, indented. May hold secrets of the document.
 *
 * @param isOneShot the document was made from flags, so the user has not seen the document that the paths refer to
 */
export const failureText = (error: unknown, isOneShot: boolean): string => {
  const details = [
    ...detailsOf(error),
    ...(hasCode<DesiredError>(error, 'desired_invalid') && isOneShot
      ? ['--print-desired prints the document that the flags describe']
      : []),
  ]
  return [`tidings: ${headline(error)}`, ...details.map((line) => `  ${line}`), ''].join('\n')
}

const headline = (error: unknown): string => {
  if (hasCode<DesiredError>(error, 'desired_invalid'))
    return `${error.code}: the document has faults, and nothing was sent`
  if (hasCode<UnmetError>(error, 'desired_unmet'))
    return `${error.code}: something that the document needs is missing, and nothing was sent`
  if (hasCode<ConfigError>(error, 'config_invalid')) return `${error.code}: ${withFlags(error.message)}`
  if (isTidingsError(error)) return `${error.code}: ${error.message}`
  return `internal_error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

const detailsOf = (error: unknown): string[] => {
  if (hasCode<DesiredError>(error, 'desired_invalid') || hasCode<UnmetError>(error, 'desired_unmet'))
    return error.issues.map(issueText)
  if (hasCode<RgwRefusedError>(error, 'rgw_refused') || hasCode<RgwUnavailableError>(error, 'rgw_unavailable'))
    return refusalLines(error.refusal)
  if (!hasCode<ApplyError>(error, 'apply_incomplete')) return []
  return [
    ...detailsOf(error.cause),
    ...changeLines('done', error.done),
    ...changeLines('not done', error.notDone),
    hasCode<RgwRefusedError>(error.cause, 'rgw_refused')
      ? 'the gateway would refuse this again: change the document or the permissions first, then apply again'
      : 'apply again to make the other changes',
  ]
}

const refusalLines = (refusal: Refusal | undefined): string[] =>
  refusal?.requestId === undefined ? [] : [`request id: ${refusal.requestId}`]

const changeLines = (title: string, changes: readonly Change[]): string[] => {
  if (changes.length === 0) return [`${title}: nothing`]
  return [`${title}:`, ...changes.map((change) => `  ${changeText(change)}`)]
}

const changeText = ({ action, kind, name, bucket, topic }: Change): string => {
  const place = bucket !== undefined ? ` of bucket ${bucket}` : topic !== undefined ? ` of topic ${topic}` : ''
  return `${action} ${kind} ${name}${place}`
}

const FLAGS: Readonly<Record<string, string>> = {
  RGW_ENDPOINT: '--endpoint-url',
  RGW_ACCESS_KEY: '--access-key',
  RGW_SECRET_KEY: '--secret-key',
  RGW_CA_FILE: '--ca-file',
  ...Object.fromEntries(Object.entries(VARIABLE_OF_FLAG).map(([flag, variable]) => [variable, `--${flag}`])),
}

/** Each fault begins with the name of its variable. A user who gave the flag may not know that name. */
const withFlags = (message: string): string =>
  message.replaceAll(/(?<=^|; )[A-Z][A-Z_]+\b/g, (name) =>
    Object.hasOwn(FLAGS, name) ? `${name} (${FLAGS[name]})` : name,
  )
