// Field lists of what no package of npm has the schemas of, written down from the sources that each names. Nothing else is allowed.

type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string', minLength: 1 }
const flag: Schema = { type: 'boolean' }
const count = (minimum: number, maximum = 2 ** 31 - 1): Schema => ({ type: 'integer', minimum, maximum })
const oneOf = (...values: readonly string[]): Schema => ({ enum: values })
const list = (items: Schema): Schema => ({ type: 'array', items, minItems: 1 })
const map = (value: Schema): Schema => ({ type: 'object', additionalProperties: value })
const closed = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

/** ISO 8601, as Knative's delivery spec has them. */
const duration: Schema = { type: 'string', pattern: '^P(?=.)(\\d+D)?(T(?=.)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?$' }
const metadata = closed({ name: text, namespace: text, labels: map(text), annotations: map(text) }, ['name'])
const secret = closed({ secretKeyRef: closed({ name: text, key: text, optional: flag }, ['name', 'key']) })
const destination = closed({
  ref: closed({ apiVersion: text, kind: text, name: text, namespace: text }, ['kind', 'name']),
  uri: text,
  CACerts: text,
  audience: text,
})
const object = (apiVersion: string, kind: string, spec: Schema): Schema =>
  closed({ apiVersion: { const: apiVersion }, kind: { const: kind }, metadata, spec }, [
    'apiVersion',
    'kind',
    'metadata',
    'spec',
  ])

/** A RabbitmqCluster by name, or a Secret, never both: eventing-rabbitmq's rabbitmq_validation.go. */
const clusterReference: Schema = {
  ...closed({ name: text, namespace: text, connectionSecret: closed({ name: text }, ['name']) }),
  oneOf: [{ required: ['name'] }, { required: ['connectionSecret'] }],
}

/** knative-extensions/eventing-rabbitmq 1.22, pkg/apis/sources/v1alpha1: the fields, and what its admission asks for. */
export const RABBITMQ_SOURCE = object(
  'sources.knative.dev/v1alpha1',
  'RabbitmqSource',
  closed(
    {
      rabbitmqClusterReference: clusterReference,
      rabbitmqResourcesConfig: closed(
        {
          vhost: text,
          queueName: text,
          exchangeName: text,
          parallelism: count(1, 1000),
          predeclared: flag,
        },
        ['queueName'],
      ),
      delivery: closed({ retry: count(0), backoffPolicy: oneOf('linear', 'exponential'), backoffDelay: duration }),
      sink: destination,
      serviceAccountName: text,
      adapterContainerName: text,
    },
    ['rabbitmqClusterReference', 'rabbitmqResourcesConfig', 'sink'],
  ),
)

/** knative-extensions/eventing-kafka-broker, KafkaSource v1beta1; its own CRD takes any field. */
export const KAFKA_SOURCE = object(
  'sources.knative.dev/v1beta1',
  'KafkaSource',
  closed(
    {
      bootstrapServers: list(text),
      topics: list(text),
      consumerGroup: text,
      consumers: count(0),
      initialOffset: oneOf('earliest', 'latest'),
      ordering: oneOf('ordered', 'unordered'),
      net: closed({
        sasl: closed({ enable: flag, user: secret, password: secret, type: secret }),
        tls: closed({ enable: flag, cert: secret, key: secret, caCert: secret }),
      }),
      delivery: closed({
        retry: count(0),
        backoffPolicy: oneOf('linear', 'exponential'),
        backoffDelay: duration,
        timeout: duration,
        retryAfterMax: duration,
        deadLetterSink: destination,
      }),
      ceOverrides: closed({ extensions: map({ type: 'string' }) }),
      sink: destination,
    },
    ['bootstrapServers', 'topics', 'sink'],
  ),
)

const quantity: Schema = { type: 'string', pattern: '^\\d+(\\.\\d+)?(m|[kMGT]i?)?$' }
const variable = closed({
  name: { type: 'string', pattern: '^[-._a-zA-Z][-._a-zA-Z0-9]*$' },
  value: { type: 'string' },
})

/** knative/func, schema/func_yaml-schema.json, as far as a function that is not built on a cluster needs it. */
export const FUNC_YAML = closed(
  {
    specVersion: text,
    name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    runtime: text,
    registry: text,
    image: text,
    namespace: text,
    created: text,
    invoke: oneOf('http', 'cloudevent'),
    build: closed({ builder: oneOf('pack', 's2i'), buildEnvs: list(variable), buildpacks: list(text) }),
    run: closed({ envs: list(variable) }),
    deploy: closed({
      options: closed({
        scale: closed({
          min: count(0),
          max: count(0),
          metric: oneOf('concurrency', 'rps'),
          target: { type: 'number', minimum: 0 },
          utilization: { type: 'number', minimum: 1, maximum: 100 },
        }),
        resources: closed({
          requests: closed({ cpu: quantity, memory: quantity }),
          limits: closed({ cpu: quantity, memory: quantity, concurrency: count(0) }),
        }),
      }),
      healthEndpoints: closed({ liveness: text, readiness: text }),
    }),
  },
  ['specVersion', 'created'],
)
