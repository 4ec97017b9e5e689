import {
  mskEvent,
  rabbitmqEvent,
  relayEvent,
  selfManagedKafkaEvent,
  snsEvent,
  snsInSqsEvent,
  sqsEvent,
} from '../../envelopes/queue-samples.ts'
import { albEvent, functionUrlEvent, multiValueAlbEvent, restApiEvent } from '../../envelopes/samples.ts'
import { cephDocument, intact, openstackDocument, provisioning } from './documents.ts'
import { type Message, wrap } from './layers.ts'
import { mutate } from './mutate.ts'
import { createRandom, type Random } from './random.ts'
import { MARK, TOKEN } from './secrets.ts'

export const FUNCTIONS = ['ceph-notifications', 'openstack-notifications', 'ceph-provisioner'] as const
export type FunctionName = (typeof FUNCTIONS)[number]

type Common = {
  readonly name: FunctionName
  /** More events and dead letters than this nobody could make of it. */
  readonly mostOutputs: number
  /** How many events it has to give, where nothing of it was changed. */
  readonly events?: number
}
export type HttpRequest = Common & {
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
export type Invocation = Common & { readonly event: unknown }

/** One in so many is a notification as it came, so that it shows if all else is merely refused. */
const INTACT_EVERY = 25
const MOST_MESSAGES = 4

const randomOf = (seed: number, index: number): Random =>
  createRandom(Math.imul(seed, 2_654_435_761) ^ Math.imul(index, 40_503))

const makers = {
  'ceph-notifications': cephDocument,
  'openstack-notifications': openstackDocument,
  'ceph-provisioner': provisioning,
} as const

const isIntact = (name: FunctionName, index: number): name is 'ceph-notifications' | 'openstack-notifications' =>
  index % INTACT_EVERY === 0 && name !== 'ceph-provisioner'

const messageFor = (random: Random, name: FunctionName): Message => wrap(random, makers[name](random))

/** Events and letters have an object of the body each, wherever it stands. Compressed bytes are small here. */
const outputsOf = ({ body }: Message): number => 20 + body.length

const intactMessage = (
  random: Random,
  name: 'ceph-notifications' | 'openstack-notifications',
  identity: string,
): Message => ({
  body: Buffer.from(intact(random, name === 'ceph-notifications' ? 'ceph' : 'openstack', identity)),
  headers: { 'content-type': 'application/json' },
})

const ODD_HEADERS = [
  { 'content-type': 'application/cloudevents+json' },
  { 'content-type': `a${';'.repeat(500)}` },
  { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b, c=d\u00e9' },
  { traceparent: 'x'.repeat(300) },
  { 'ce-type': '', 'ce-id': 'é' },
  { 'x-amqp-queue': 'nova', 'x-amqp-exchange': 'nova', 'x-amqp-redelivered': 'true' },
  { prefer: 'reply' },
  { accept: 'application/json' },
  { 'content-encoding': 'gzip, gzip, br' },
  { 'content-length-x': '-1' },
  { __proto__x: 'a', constructor: 'b' },
  { cookie: `session=${MARK}Cookie`, 'x-auth-token': `${MARK}AuthToken` },
  { 'ce-authorization': `${MARK}CeAuthorization`, 'ce-password': `${MARK}CePassword` },
] as const

const tokenShown = (random: Random): { readonly headers: Readonly<Record<string, string>>; readonly query: string } => {
  switch (random.below(20)) {
    case 0:
      return { headers: {}, query: `token=${TOKEN}` }
    case 1:
      return { headers: { authorization: `Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}` }, query: '' }
    case 2:
      return { headers: { authorization: `Bearer ${MARK}Wrong` }, query: `token=${MARK}Wrong&access_token=${TOKEN}` }
    case 3:
      return { headers: { authorization: `Bearer ${MARK}Unknown` }, query: `access_token=${MARK}Unknown` }
    default:
      return { headers: { authorization: `Bearer ${TOKEN}` }, query: '' }
  }
}

/** A request to the host. The same seed and index give the same one. */
export const httpRequest = (seed: number, index: number): HttpRequest => {
  const random = randomOf(seed, index)
  const name = random.pick(FUNCTIONS)
  if (isIntact(name, index)) {
    const message = intactMessage(random, name, `h${seed}-${index}`)
    return {
      name,
      path: `/${name}`,
      method: 'POST',
      ...message,
      headers: { ...message.headers, authorization: `Bearer ${TOKEN}` },
      mostOutputs: 1,
      events: 1,
    }
  }
  const message = messageFor(random, name)
  const { headers, query } = tokenShown(random)
  const slashes = random.percent(5) ? '/'.repeat(random.pick([1, 2, 300])) : ''
  const path = `/${slashes}${random.percent(3) ? 'nothing' : name}${slashes}${query && `?${query}`}`
  const method = random.percent(96) ? 'POST' : random.pick(['PUT', 'GET', 'OPTIONS', 'HEAD', 'DELETE', 'PATCH'])
  const odd = random.percent(25) ? random.pick(ODD_HEADERS) : {}
  return {
    name,
    path,
    method,
    headers: { ...message.headers, ...odd, ...headers },
    body: message.body,
    mostOutputs: outputsOf(message),
  }
}

type Messages = readonly [Message, ...Message[]]

/** What carries messages to a function where no host is. */
const envelopes: Readonly<Record<string, (messages: Messages, random: Random) => unknown>> = {
  'Function URL': ([message], random) => functionUrlEvent(sent(message, random)),
  'REST API': ([message], random) => restApiEvent(sent(message, random)),
  'load balancer': ([message], random) => albEvent(sent(message, random)),
  'load balancer, several values': ([message], random) => multiValueAlbEvent(sent(message, random)),
  relay: (messages) => relayEvent(bodiesOf(messages), { properties: { headers: messages[0].headers } }),
  rabbitmq: (messages) => rabbitmqEvent(bodiesOf(messages), { properties: { headers: messages[0].headers } }),
  kafka: (messages) => mskEvent([bodiesOf(messages)], { headers: messages[0].headers }),
  'kafka of our own': (messages) => selfManagedKafkaEvent([bodiesOf(messages)], { headers: messages[0].headers }),
  sqs: (messages) => sqsEvent(bodiesOf(messages), { attributes: messages[0].headers }),
  fifo: (messages) =>
    sqsEvent(bodiesOf(messages), { queue: 'a.fifo', groups: messages.map((_, index) => String(index % 2)) }),
  'sns in sqs': (messages) => snsInSqsEvent(bodiesOf(messages)),
  sns: ([message]) => snsEvent(message.body, message.headers),
  direct: ([message]) => parsed(message.body.toString()),
}

const sent = ({ body, headers }: Message, random: Random) => {
  const shown = tokenShown(random)
  return { body, headers: { ...headers, ...shown.headers }, query: shown.query }
}

const bodiesOf = (messages: readonly Message[]): readonly Buffer[] => messages.map(({ body }) => body)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What carries messages of queues. Changed, it may become a dead letter itself, and what is base64 in it is not searched. */
const QUEUES: ReadonlySet<string> = new Set([
  'relay',
  'rabbitmq',
  'kafka',
  'kafka of our own',
  'sqs',
  'fifo',
  'sns in sqs',
  'sns',
])
/** A change copies a message so often at most, and another one the copies. */
const MOST_COPIES = 40 ** 2

/** An event of a platform, for a function that runs without a host. */
export const invocation = (seed: number, index: number): Invocation => {
  const random = randomOf(seed, index)
  const name = random.pick(FUNCTIONS)
  if (isIntact(name, index)) {
    const message = intactMessage(random, name, `d${seed}-${index}`)
    return { name, event: relayEvent([message.body]), mostOutputs: 1, events: 1 }
  }
  const [first, ...others] = Array.from({ length: 1 + random.below(MOST_MESSAGES) }, () => messageFor(random, name))
  const messages: Messages = [first ?? messageFor(random, name), ...others]
  const mostOutputs = messages.reduce((sum, message) => sum + outputsOf(message), 0)
  if (name === 'ceph-provisioner' && random.percent(30)) return { name, event: stackRequest(random), mostOutputs }
  const [envelope, make] = random.pick(Object.entries(envelopes))
  const event = make(messages, random)
  if (!QUEUES.has(envelope) || random.percent(70) || messages.some(({ body }) => body.includes(MARK)))
    return { name, event, mostOutputs }
  return { name, event: mutate(random, event, event), mostOutputs: mostOutputs * MOST_COPIES }
}

/** CloudFormation's, whose stack nobody answers for. */
const stackRequest = (random: Random): unknown => {
  const event = {
    RequestType: random.pick(['Create', 'Update', 'Delete', 'Other']),
    ResponseURL: `http://127.0.0.1:1/answer?X-Amz-Signature=${MARK}ResponseUrl`,
    StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/a/b',
    RequestId: 'c',
    LogicalResourceId: 'Uploads',
    ResourceProperties: {
      ServiceToken: 'd',
      Desired: random.percent(50) ? provisioning(random) : parsed(provisioning(random)),
    },
  }
  return { ...(mutate(random, event, event.ResourceProperties) as object), ResponseURL: event.ResponseURL } // Its root stays an object.
}
