import { isTopicArn, RECORD_PREFIX } from '../document/provisioning-arn.ts'
import type { Rgw } from '../gateway/client.ts'
import { concurrently } from '../gateway/concurrently.ts'
import type { Run } from '../gateway/run.ts'
import type { BoundRule } from './rule.ts'
import type { Topic } from './topic.ts'

/** What there is. */
export type State = {
  readonly topics: ReadonlyMap<string, Topic>
  /** Of the buckets that were asked for; undefined: there is none such. */
  readonly buckets: ReadonlyMap<string, readonly BoundRule[] | undefined>
}

/** The ARN of a topic that a document names; undefined where there is no such topic yet. */
export const topicArnOf = (name: string, { topics }: State): string | undefined =>
  topics.get(name)?.arn ?? (isTopicArn(name) ? name : undefined)

export const readState = async (rgw: Rgw, buckets: readonly string[], run: Run): Promise<State> => {
  let done = 0
  const tell = (): void => run.onProgress?.({ stage: 'read', done, total: buckets.length + 1 })
  tell()
  const topics = await rgw.listTopics(run.signal)
  const rules = await concurrently(buckets, run.concurrency, async (bucket) => {
    const found = await rgw.readRules(bucket, run.signal)
    done += 1
    tell()
    return [bucket, found] as const
  })
  done += 1
  tell()
  const known = topics.filter(({ name }) => !name.startsWith(RECORD_PREFIX))
  return { topics: new Map(known.map((topic) => [topic.name, topic])), buckets: new Map(rules) }
}
