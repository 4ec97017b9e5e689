import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import type { Issue } from '../../documents/document-issues.ts'
import { REDACTED } from '../../process/secrets.ts'
import type { BucketDocument, DesiredDocument, TopicDocument } from './desired-schema.ts'
import { type AttributeName, attributeOf } from './topic.ts'

/** Where the values of references come from; undefined for those that do not exist. */
export type Resolve = {
  /** `${env:NAME}`. The value of a name is not a secret. */
  env(name: string, isName?: boolean): string | undefined
  /** `${file:PATH}` */
  file(path: string): string | undefined
}

/** No brace in a name, so that each character of a text is looked at once. */
export const REFERENCE = /\$\{(?<source>env|file):(?<name>[^{}]+)\}/g

/**
 * Replaces the references in the texts of topics, in the names of buckets and in the topics of rules. Those that cannot be
 * resolved are added to the issues. Names are shown in plans, so that they may only come from the environment.
 */
export const resolveReferences = (document: DesiredDocument, resolve: Resolve, issues: Issue[]): DesiredDocument => {
  const resolveText = (text: string, path: string, isName = false): string => {
    const resolved = text.replaceAll(REFERENCE, (_, source: 'env' | 'file', name: string) => {
      if (isName && source === 'file') {
        issues.push({ path, message: `has a \${file:…}, which is not allowed in names: write \${env:NAME}` })
        return ''
      }
      const value = lookUp(resolve, source, name, isName)
      if (value !== undefined && value !== '') return value
      const message =
        source === 'env'
          ? `is not set: set the environment variable ${name}`
          : `cannot be read, or is empty: provide the file ${name}`
      issues.push({ path, message: `\${${source}:${name}} ${message}` })
      return ''
    })
    if (/\$\{(?!(env|file):[^{}]+\})/.test(text)) {
      issues.push({ path, message: `has a reference of an unknown kind: write \${env:NAME} or \${file:PATH}` })
    }
    return resolved
  }

  const resolveTopic = (topic: TopicDocument, index: number): TopicDocument => {
    const entries = Object.entries(topic).map(([name, value]) => [
      name,
      typeof value === 'string' ? resolveText(value, `topics.${index}.${name}`, name === 'name') : value,
    ])
    return Object.fromEntries(entries) as TopicDocument // The same keys, and texts where there were texts.
  }

  const resolveBucket = (bucket: BucketDocument, index: number): BucketDocument => {
    const path = `buckets.${index}`
    const { name: _resolved, rules: _each, ...others } = bucket
    issues.push(...misplacedIn(others, path))
    const rules = bucket.rules?.map((rule, at) => {
      const { topic, ...rest } = rule
      issues.push(...misplacedIn(rest, `${path}.rules.${at}`))
      return { ...rule, topic: resolveText(topic, `${path}.rules.${at}.topic`, true) }
    })
    const name = bucket.name === undefined ? undefined : resolveText(bucket.name, `${path}.name`, true)
    return { ...bucket, ...(name !== undefined && { name }), ...(rules && { rules }) }
  }

  return {
    ...document,
    ...(document.topics && { topics: document.topics.map(resolveTopic) }),
    ...(document.buckets && { buckets: document.buckets.map(resolveBucket) }),
  }
}

/** A rule with a reference in its filter would wait for keys that have this text. */
const misplacedIn = (value: unknown, path: string): Issue[] => {
  if (typeof value === 'string')
    return value.search(REFERENCE) === -1 ? [] : [{ path, message: `has a reference, ${MISPLACED}` }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => misplacedIn(item, `${path}.${name}`))
}

const MISPLACED = 'which is read only in topics and in the names of topics and buckets: write the value here'

const lookUp = (resolve: Resolve, source: 'env' | 'file', name: string, isName: boolean): string | undefined =>
  // Files made with an editor end with a line end, which is not part of the secret.
  source === 'env' ? resolve.env(name, isName) : resolve.file(name)?.replace(/\r?\n$/, '')

/** The value of `${file:PATH}`; undefined where the file cannot be read, which the check of the document reports. */
export const readFileReference = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** A text for the gateway, with a second text that is printed in its place and shows no secret. */
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

/** An attribute of a document as it is shown: references as they are written, other secrets hidden. */
export const shownValue = (name: AttributeName, written: string): string => {
  if (name === 'endpoint') return shownEndpoint(written)
  return attributeOf(name).secret && !hasReference(written) ? REDACTED : written
}

/** An attribute of the gateway as it is shown. */
export const shownReal = (name: AttributeName, real: string, desired: SecretText | undefined): string => {
  if (desired?.reveal() === real) return desired.shown
  if (attributeOf(name).secret || (name !== 'endpoint' && desired && hasReference(desired.shown))) return REDACTED
  if (name !== 'endpoint') return real
  // Where our endpoint has a reference, the gateway's may have a secret in the same place.
  return desired && hasReference(desired.shown)
    ? shownEndpoint(real).replace(PATH, `$1/${REDACTED}`)
    : shownEndpoint(real)
}

const PATH = /^([a-z]+:\/\/[^/]*)\/.*$/

const hasReference = (text: string): boolean => text.search(REFERENCE) >= 0

/** Tokens are in the query, passwords before the host. */
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
