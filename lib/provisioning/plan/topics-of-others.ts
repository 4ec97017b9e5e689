import type { Issue } from '../../documents/document-issues.ts'
import { hasCode } from '../../process/errors.ts'
import type { Desired, DesiredTopic } from '../document/desired.ts'
import type { AttributeName } from '../document/topic.ts'
import type { RgwRefusedError } from '../gateway/refusal.ts'
import type { Rgw } from '../gateway/rgw-client.ts'
import type { Topic } from '../gateway/topics.ts'
import type { Change } from './plan.ts'
import type { State } from './state.ts'
import { planTopic, unnamedAttributes, wireName } from './topic-plan.ts'

/**
 * The attributes of a topic that stay although the document does not name them: rules outside the document use the topic, so that
 * somebody else may have set them. Before 17.2.7 the gateway shows such rules; from 19 on, a topic has one owner.
 */
export const keptAttributes = (topic: DesiredTopic, state: State): readonly AttributeName[] => {
  const real = state.topics.get(topic.name)
  return real === undefined || otherRules(topic.name, state).length === 0 ? [] : unnamedAttributes(topic, real)
}

/** The ids of the rules that use a topic in other buckets than those that were read. */
const otherRules = (name: string, { topics, buckets }: State): readonly string[] => {
  const own = new Set(
    [...buckets.values()].flatMap((rules = []) => rules.filter(({ topic }) => topic === name)).map(({ id }) => id),
  )
  return topics.get(name)?.ruleIds?.filter((id) => !own.has(id)) ?? []
}

/** From 17.2.7 to 18: topics still belong to the tenant, and rules of others are not listed any more. */
const hidesUsers = (topic: Topic | undefined): boolean =>
  topic !== undefined && topic.olderThan !== undefined && topic.ruleIds === undefined

/** Says which attributes of shared topics an apply would overwrite, and which it keeps. */
export const sharedNotes = ({ topics }: Desired, state: State, changes: readonly Change[]): readonly string[] =>
  topics.flatMap((topic) => {
    const rules = otherRules(topic.name, state)
    const change = changes.find(({ kind, name }) => kind === 'topic' && name === topic.name)
    const overwritten = change?.differences.map(({ name }) => name) ?? []
    if (change?.action === 'update' && hidesUsers(state.topics.get(topic.name))) {
      return [
        `topic ${topic.name} belongs to the whole tenant, and this gateway does not show which rules of other users use it: ` +
          `apply overwrites ${overwritten.join(', ')} for them too`,
      ]
    }
    if (topic.existing || rules.length === 0) return []
    const kept = keptAttributes(topic, state)
    const users = `topic ${topic.name} is used by rules outside the document (${rules.join(', ')})`
    return [
      ...(overwritten.length > 0
        ? [`${users}: apply overwrites what was set for them: ${overwritten.join(', ')}`]
        : []),
      ...(kept.length > 0
        ? [`${users}: apply keeps what was set for them: ${kept.join(', ')}; write it into the document to change it`]
        : []),
    ]
  })

/** Attributes that SetTopicAttributes of 20.2.4 does not take. */
const NOT_ALONE = new Set(['http-ack-level', 'amqp-version', 'kafka-brokers'])

/**
 * Adds the topics whose settings a document names by ARN, which the gateway does not list where they are another user's, and the
 * reasons why their settings cannot be changed.
 */
export const withTopicsByArn = async (
  rgw: Rgw,
  desired: Desired,
  state: State,
  signal: AbortSignal | undefined,
): Promise<State> => {
  const topics = new Map(state.topics)
  const problems: Issue[] = []
  for (const [index, topic] of desired.topics.entries()) {
    if (!topic.byArn) continue
    const read = await readByArn(rgw, topic, signal)
    if (typeof read === 'string') problems.push({ path: `topics.${index}`, message: read })
    else {
      topics.set(topic.name, read)
      problems.push(...unsettable(topic, read, index))
    }
  }
  return { ...state, topics, topicProblems: problems }
}

/** Its attributes, or why they cannot be changed. */
const readByArn = async (
  rgw: Rgw,
  { name }: DesiredTopic,
  signal: AbortSignal | undefined,
): Promise<Topic | string> => {
  try {
    const topic = await rgw.readTopic(name, signal)
    if (topic === undefined)
      return `topic ${name} does not exist, or is not in the tenant of this user: correct the ARN`
    if (topic.olderThan === undefined) return topic
    return (
      `topic ${name} is named by its ARN, and gateways before Ceph 19 cannot change single settings of a topic: write its ` +
      'bare name with all its settings, or existing: true to use it as it is'
    )
  } catch (error) {
    if (!hasCode<RgwRefusedError>(error, 'rgw_refused') || error.refusal.httpStatus !== 403) throw error
    return (
      `topic ${name} belongs to another user, and its policy does not let this user read its settings: ask its owner to allow ` +
      'sns:GetTopicAttributes and sns:SetTopicAttributes, or write existing: true to use it as it is'
    )
  }
}

const unsettable = (topic: DesiredTopic, real: Topic, index: number): Issue[] =>
  planTopic(topic, real)
    .flatMap(({ differences }) => differences)
    .filter(({ name }) => NOT_ALONE.has(wireName(name, topic, real)))
    .map(({ name }) => ({
      path: `topics.${index}.${name}`,
      message: 'can only be set by the owner, who creates the topic again with all its settings: remove it',
    }))

/** Names the owners of the topics that apply changes by their ARN. */
export const byArnNotes = ({ topics }: Desired, state: State, changes: readonly Change[]): readonly string[] =>
  topics.flatMap(({ name, byArn }) => {
    const change = changes.find((one) => one.kind === 'topic' && one.name === name)
    if (!byArn || change === undefined) return []
    const set = change.differences.map((one) => one.name).join(', ')
    const owner = state.topics.get(name)?.owner
    return [`topic ${name} is owned by ${owner}: apply sets ${set} there, and keeps its other settings`]
  })
