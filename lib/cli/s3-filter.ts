import * as z from 'zod/mini'
import type { FilterDocument } from '../provisioning/document/desired-schema.ts'
import { UsageError } from './terminal.ts'

const Rules = z.strictObject({ FilterRules: z.array(z.strictObject({ Name: z.string(), Value: z.string() })) })

/** The names of the parts in the AWS SDKs, and those in the XML of the S3 API. */
const S3Filter = z.strictObject({
  Key: z.optional(Rules),
  S3Key: z.optional(Rules),
  Metadata: z.optional(Rules),
  S3Metadata: z.optional(Rules),
  Tags: z.optional(Rules),
  S3Tags: z.optional(Rules),
})

type Rules = z.infer<typeof Rules>

const EXAMPLE = '{"Key":{"FilterRules":[{"Name":"prefix","Value":"in/"}]}}'

/**
 * Turns the filter of a TopicConfiguration, in JSON, into the filter of a document.
 *
 * @throws UsageError
 */
export const filterOf = (json: string): FilterDocument => {
  const parsed = z.safeParse(S3Filter, parse(json))
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join('.')
    throw new UsageError(
      `--filter is not a filter of the S3 API${place ? ` (at ${place})` : ''}: write for example ${EXAMPLE}`,
    )
  }
  const { Key, S3Key, Metadata, S3Metadata, Tags, S3Tags } = parsed.data
  const metadata = byName('metadata', Metadata, S3Metadata)
  const tags = byName('tags', Tags, S3Tags)
  return {
    // AWS also takes Prefix. The check of the document reports unknown names.
    ...(lowerCase(byName('key', Key, S3Key)) as Pick<FilterDocument, 'prefix' | 'suffix' | 'regex'>),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(Object.keys(tags).length > 0 && { tags }),
  }
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    throw new UsageError(`--filter is not JSON: write for example ${EXAMPLE}`)
  }
}

const byName = (what: string, ...parts: readonly (Rules | undefined)[]): Record<string, string> => {
  const rules = parts.flatMap((part) => part?.FilterRules ?? [])
  const byName = Object.fromEntries(rules.map(({ Name, Value }) => [Name, Value]))
  if (Object.keys(byName).length < rules.length)
    throw new UsageError(`--filter has the same name twice in its ${what} rules: write each name once`)
  return byName
}

const lowerCase = (entries: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [name.toLowerCase(), value]))
