import type { TopicDocument } from './provisioning.ts'
import type { Issue } from './provisioning-issue.ts'

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
