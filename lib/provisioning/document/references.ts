import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { REDACTED } from '../../process/secrets.ts'
import type { TopicDocument } from './desired-schema.ts'
import type { Issue } from './faults.ts'
import { type AttributeName, attributeOf } from './topic-attributes.ts'

/** Where the values of references come from. Undefined: there is none such. */
export type Resolve = {
  /** `${env:NAME}` */
  env(name: string): string | undefined
  /** `${file:PATH}` */
  file(path: string): string | undefined
}

/** No brace in a name, so that each character of a text is looked at once. */
export const REFERENCE = /\$\{(?<source>env|file):(?<name>[^{}]+)\}/g

/** Replaces the references in the texts of topics; what cannot be is added to the issues. */
export const resolveReferences = (
  topics: readonly TopicDocument[],
  resolve: Resolve,
  issues: Issue[],
): TopicDocument[] => {
  const resolveText = (text: string, path: string): string => {
    const resolved = text.replaceAll(REFERENCE, (_, source: 'env' | 'file', name: string) => {
      const value = lookUp(resolve, source, name)
      if (value === undefined || value === '') {
        const message = source === 'env' ? `is not set: set the variable ${name}` : `cannot be read: provide ${name}`
        issues.push({ path, message: `\${${source}:${name}} ${message}` })
        return ''
      }
      return value
    })
    if (/\$\{(?!(env|file):[^{}]+\})/.test(text)) {
      issues.push({ path, message: `holds a reference of no known kind: write \${env:NAME} or \${file:PATH}` })
    }
    return resolved
  }

  const resolveTopic = (topic: TopicDocument, index: number): TopicDocument => {
    const entries = Object.entries(topic).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'name' ? resolveText(value, `topics.${index}.${name}`) : value,
    ])
    return Object.fromEntries(entries) as TopicDocument // The same keys, and texts where there were texts.
  }

  return topics.map(resolveTopic)
}

const lookUp = (resolve: Resolve, source: 'env' | 'file', name: string): string | undefined =>
  // Files made with an editor end with a line end, which is no part of the secret.
  source === 'env' ? resolve.env(name) : resolve.file(name)?.replace(/\r?\n$/, '')

/** What `${file:PATH}` stands for; undefined where no such file can be read, which the document's check then says. */
export const readFileReference = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** A text that is sent to the gateway, and what people see of it instead, however they print it. */
export class SecretText {
  readonly shown: string
  readonly #text: string

  constructor(text: string, shown: string) {
    this.#text = text
    this.shown = shown
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return this.shown
  }

  toJSON(): string {
    return this.shown
  }

  [inspect.custom](): string {
    return this.shown
  }
}

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
