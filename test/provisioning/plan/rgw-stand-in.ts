import type { Rgw } from '../../../lib/provisioning/gateway/rgw-client.ts'

/**
 * A stand-in for a gateway: it writes down what it is asked, one line a call, and answers what the test says. The live tests ask
 * real gateways; here only the order and the content of the requests count.
 */
export const rgwStandIn = (answers: Partial<Rgw> = {}) => {
  const asked: string[] = []
  const ask = (...words: readonly string[]): void => void asked.push(words.join(' '))
  const rgw: Partial<Rgw> = {
    createTopic: async (name, attributes) => {
      const shown = [...attributes].map(([key, value]) => `${key}=${value}`).join(',')
      ask('create', name, shown)
      return `arn:aws:sns:default::${name}`
    },
    setTopicAttribute: async (name, attribute, value) => ask('set', name, `${attribute}=${value}`),
    deleteTopic: async (arn) => ask('delete', arn),
    createBucket: async ({ name }) => ask('bucket', name),
    putRules: async (bucket, rules) => {
      ask('put', bucket, rules.map(({ id, topicArn }) => `${id}@${topicArn.split(':').at(-1)}`).join(','))
    },
    deleteRule: async (bucket, id) => ask('drop', bucket, id),
    ...answers,
  }
  return { rgw: rgw as Rgw, asked } // A call that is not answered fails the test.
}
