import { diffText } from '../provisioning/plan/plan.ts'
import type { ProvisioningResult } from '../provisioning/provision.ts'

/** A result as text: the changes, and how it ended. */
export const resultText = ({ outcome, diff, drift }: ProvisioningResult): string => {
  if (outcome === 'done') return `${diff}done\n`
  if (drift.length === 0) return diff
  const left = diffText({ changes: drift, problems: [], ignored: [], kept: [] })
  return `${diff}done, but the gateway still differs from the document:\n${left}`
}
