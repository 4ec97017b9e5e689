import type { Body } from './queue-samples.ts'
import { functionUrlEvent } from './samples.ts'

const attributes = { specversion: '1.0', id: 'wrapped-1', source: '/somewhere', type: 'com.example.message' }

/** A CloudEvent that carries a body: text in JSON as it stands, digit by digit, bytes in base64. */
export const structured = (body: Body, more: Readonly<Record<string, unknown>> = {}): string => {
  const head = JSON.stringify({ ...attributes, datacontenttype: 'application/json', ...more }).slice(0, -1)
  const data = typeof body === 'string' ? `"data": ${body}` : `"data_base64":"${body.toString('base64')}"`
  return `${head}, ${data} }`
}

export const batched = (bodies: readonly Body[]): string =>
  `[ ${bodies.map((body, index) => structured(body, { id: `wrapped-${index}` })).join(' , ')} ]`

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md, posted. */
export const structuredEvent = (body: Body, more: Readonly<Record<string, unknown>> = {}) =>
  functionUrlEvent({
    headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
    body: structured(body, more),
  })

export const batchEvent = (bodies: readonly Body[]) =>
  functionUrlEvent({ headers: { 'content-type': 'Application/CloudEvents-Batch+JSON' }, body: batched(bodies) })

/** The request of OpenFaaS' RabbitMQ connector: https://docs.openfaas.com/openfaas-pro/rabbitmq-events/ */
export const openfaasConnectorEvent = (body: Body) =>
  functionUrlEvent({
    headers: {
      'content-type': 'text/plain',
      'content-encoding': 'utf-8',
      'x-connector': 'connector-sdk openfaasltd/rabbitmq-connector',
      'x-topic': 'tidings',
      'x-rabbitmq-msg-id': '1',
      'x-rabbitmq-routing-key': 'notifications.info',
      'x-call-id': '0d2b5a2e-5d0e-4f5b-9a57-1a8f4c7a3f11',
    },
    body,
  })

const binary = (more: Readonly<Record<string, string>>) => ({
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  ...more,
})

/** The request of Knative's RabbitmqSource for a message that is not a CloudEvent. Its id is new with every delivery. */
export const rabbitmqSourceEvent = (body: Body) =>
  functionUrlEvent({
    headers: binary({
      'ce-id': '6a2f4c1e-8a3e-4a52-8f2c-3d8f5f0a9a10',
      'ce-subject': '6a2f4c1e-8a3e-4a52-8f2c-3d8f5f0a9a10',
      'ce-source': '/apis/v1/namespaces/default/rabbitmqsources/nova#tidings',
      'ce-type': 'dev.knative.rabbitmq.event',
    }),
    body,
  })

/** The request of Knative's KafkaSource for a record that is not a CloudEvent. */
export const kafkaSourceEvent = (body: Body) =>
  functionUrlEvent({
    headers: binary({
      'ce-id': 'partition:0/offset:15',
      'ce-subject': 'partition:0#15',
      'ce-source': '/apis/v1/namespaces/default/kafkasources/rgw#tidings',
      'ce-type': 'dev.knative.kafka.event',
      'ce-key': 'key',
    }),
    body,
  })
