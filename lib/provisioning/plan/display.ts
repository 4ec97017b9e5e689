import { REDACTED } from '../../process/secrets.ts'
import { type AttributeName, attributeOf } from '../document/provisioning-attributes.ts'
import { REFERENCE } from '../document/references.ts'
import type { SecretText } from '../document/secret-text.ts'

/** What people see of an attribute in a document: references as they stand there, other secrets not at all. */
export const shownValue = (name: AttributeName, written: string): string => {
  if (name === 'endpoint') return shownEndpoint(written)
  return attributeOf(name).secret && !hasReference(written) ? REDACTED : written
}

/** What people see of an attribute that the gateway has. */
export const shownReal = (name: AttributeName, real: string, desired: SecretText | undefined): string => {
  if (desired?.reveal() === real) return desired.shown
  if (attributeOf(name).secret || (name !== 'endpoint' && desired && hasReference(desired.shown))) return REDACTED
  if (name !== 'endpoint') return real
  // Where our own endpoint holds a reference, the one it replaces may hold a secret in the same place.
  return desired && hasReference(desired.shown)
    ? shownEndpoint(real).replace(PATH, `$1/${REDACTED}`)
    : shownEndpoint(real)
}

const PATH = /^([a-z]+:\/\/[^/]*)\/.*$/

const hasReference = (text: string): boolean => text.search(REFERENCE) >= 0

/** Tokens stand in the query, passwords before the host. */
const shownEndpoint = (endpoint: string): string => {
  const [, scheme = '', credentials = '', rest = endpoint] = /^([a-z]+:\/\/)(?:(.*)@)?(.*)$/.exec(endpoint) ?? []
  const [place = '', ...query] = rest.split(/(?=[?&])/)
  const shown = query.map(shownPair)
  return `${scheme}${credentials === '' ? '' : `${unlessReference(credentials)}@`}${place}${shown.join('')}`
}

const shownPair = (pair: string): string => {
  const end = pair.indexOf('=') + 1
  return end === 0 ? pair : `${pair.slice(0, end)}${unlessReference(pair.slice(end))}`
}

const unlessReference = (text: string): string =>
  text.replaceAll(REFERENCE, '').replaceAll(':', '') === '' ? text : REDACTED
