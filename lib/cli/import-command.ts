import { stringify } from 'yaml'
import * as z from 'zod/mini'
import type { RgwConnection } from '../gateway/gateway-connection.ts'
import type { DesiredDocument } from '../provisioning/document/desired-schema.ts'
import { createRgw } from '../provisioning/gateway/rgw-client.ts'
import { documentOfState } from '../provisioning/import/gateway-document.ts'
import { documentOfRook, isRook } from '../provisioning/import/rook-document.ts'
import { readState } from '../provisioning/plan/state.ts'
import { filterOf } from './s3-filter.ts'
import { UsageError } from './terminal.ts'

const CONCURRENCY = 8

/** The document of what the gateway has now, in YAML, under comments that name the variables of its secrets. */
export const importGateway = async (connection: RgwConnection, signal: AbortSignal): Promise<string> => {
  const rgw = createRgw(connection)
  try {
    const run = { concurrency: CONCURRENCY, signal }
    const { document, variables } = documentOfState(await readState(rgw, await rgw.listBuckets(signal), run))
    const comments = variables.map((name) => `# Set ${name}: it stands for a secret of the gateway.\n`)
    return `${comments.join('')}${stringify(document)}`
  } finally {
    rgw.close()
  }
}

/**
 * The document, in YAML, that resources of Rook stand for, or the JSON of `aws s3api get-bucket-notification-configuration`.
 *
 * @throws DesiredError, UsageError
 */
export const importText = (text: string, bucket: string | undefined): string =>
  stringify(isRook(text) ? documentOfRook(text) : documentOfAws(text, bucket))

const Configuration = z.object({
  TopicConfigurations: z.array(
    z.object({
      Id: z.string(),
      TopicArn: z.string(),
      Events: z.optional(z.array(z.string())),
      Filter: z.optional(z.unknown()),
    }),
  ),
})

const documentOfAws = (text: string, bucket: string | undefined): DesiredDocument => {
  const parsed = z.safeParse(Configuration, json(text))
  if (!parsed.success)
    throw new UsageError(
      '--file has neither resources of Rook nor the JSON of aws s3api get-bucket-notification-configuration: give one of them',
    )
  if (bucket === undefined) throw new UsageError('--bucket-name is missing: the JSON does not name its bucket')
  const rules = parsed.data.TopicConfigurations.map(({ Id, TopicArn, Events, Filter }) => ({
    id: Id,
    topic: TopicArn,
    ...(Events && { events: Events.map((event) => event.replace(/^s3:/, '')) }),
    ...(Filter !== undefined && { filter: filterOf(JSON.stringify(Filter)) }),
  }))
  const topics = [...new Set(rules.map(({ topic }) => topic))]
  return { topics: topics.map((name) => ({ name, existing: true })), buckets: [{ name: bucket, rules }] }
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
