/** `arn:aws:sns:<zonegroup>:<tenant or account>:<name>` */
const ARN = /^arn:aws:sns:(?<zonegroup>[^:]*):(?<account>[^:]*):(?<name>[^:]+)$/

/** The prefix of topics in which custom resources keep the names of their topics and rules. Documents do not see these topics. */
export const RECORD_PREFIX = 'tidings-resource-'

export const isTopicArn = (text: string): boolean => ARN.test(text)

/** The name in an ARN; any other text is a name itself. */
export const topicNameIn = (arn: string): string => ARN.exec(arn)?.groups?.name ?? arn

/** Whether two ARNs are of one topic. The gateway does not look at the zone group in them. */
export const isSameTopic = (one: string, other: string): boolean => topicKey(one) === topicKey(other)

/** The part of an ARN that tells topics apart. */
export const topicKey = (arn: string): string => {
  const { account = '', name = arn } = ARN.exec(arn)?.groups ?? {}
  return `${account}:${name}`
}
