// deploy/knative: what Knative and Kubernetes would say of it, and that its parts fit each other.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { readHostConfig } from '../../../lib/hosts/host-settings.ts'
import { readConfig } from '../../../lib/kit/config.ts'
import { readRelayConfig } from '../../../lib/relay/settings/relay-config.ts'
import { allManifests, directory, files, type Manifest, manifestOf, readManifests, variablesOf } from './manifests.ts'
import { FUNC_YAML } from './schemas.ts'
import { faultsOf, schemaFaults } from './validate.ts'

describe('deploy/knative', () => {
  test('is what Kubernetes, Knative and its webhook take', async () => {
    assert.deepEqual(await faultsOf(allManifests()), [])
  })

  test('has the func.yaml that func takes', () => {
    assert.deepEqual(schemaFaults(FUNC_YAML, parse(readFileSync(`${directory}func/func.yaml`, 'utf8'))), [])
  })

  test('makes one deployment for kubectl', () => {
    const { resources } = parse(readFileSync(`${directory}kustomization.yaml`, 'utf8'))
    assert.deepEqual(
      resources.filter((file: string) => !files.includes(file)),
      [],
    )
    const built = execFileSync('kubectl', ['kustomize', directory], { encoding: 'utf8' })
    const names = (text: string) => [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind).toSorted()
    assert.deepEqual(
      names(built),
      resources
        .flatMap(readManifests)
        .map(({ kind }: Manifest) => kind)
        .toSorted(),
    )
  })
})

/** A manifest with another value in one place, or with none. */
const changed = (manifest: Manifest, path: readonly (string | number)[], value: unknown): Manifest => {
  const copy = structuredClone(manifest)
  const last = path.at(-1) ?? ''
  // biome-ignore lint/suspicious/noExplicitAny: any place of any manifest
  const parent = path.slice(0, -1).reduce((place: any, key) => place[key], copy)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

describe('a manifest is refused', () => {
  const container = ['spec', 'template', 'spec', 'containers', 0] as const
  const broken: readonly {
    readonly why: string
    readonly of: readonly [kind: string, name: string]
    readonly path: readonly (string | number)[]
    readonly value: unknown
    /** What every one of the faults says. */
    readonly told: RegExp
  }[] = [
    {
      why: 'with a field that there is none of',
      of: ['Trigger', 'ceph-pictures'],
      path: ['spec', 'subscribr'],
      value: {},
      told: /"subscribr"' does not exist/,
    },
    {
      why: 'without what it needs',
      of: ['Trigger', 'ceph-pictures'],
      path: ['spec', 'subscriber'],
      value: undefined,
      told: /subscriber/,
    },
    {
      why: 'with a value of another type',
      of: ['Broker', 'default'],
      path: ['spec', 'delivery', 'retry'],
      value: '10',
      told: /retry must be|'string' is not assignable to type 'number'/,
    },
    {
      why: 'with a dialect that is not a filter',
      of: ['Trigger', 'ceph-pictures'],
      path: ['spec', 'filters', 0],
      value: { regex: { type: '.*' } },
      told: /"regex"' does not exist/,
    },
    {
      why: 'with an extension that is not a text',
      of: ['SinkBinding', 'tidings-receivers'],
      path: ['spec', 'ceOverrides', 'extensions'],
      value: { cloud: 1 },
      told: /cloud must be string|'number' is not assignable to type 'string'/,
    },
    {
      why: 'with a concurrency that Knative does not take',
      of: ['Service', 'ceph-notifications'],
      path: ['spec', 'template', 'spec', 'containerConcurrency'],
      value: -1,
      told: /containerConcurrency/,
    },
    {
      why: 'with a scale that is not a number',
      of: ['Service', 'ceph-notifications'],
      path: ['spec', 'template', 'metadata', 'annotations', 'autoscaling.knative.dev/min-scale'],
      value: 'one',
      told: /min-scale/,
    },
    {
      why: 'with a name that Knative keeps for itself',
      of: ['Service', 'ceph-notifications'],
      path: [...container, 'env', 0, 'name'],
      value: 'K_SERVICE',
      told: /"K_SERVICE" is a reserved/,
    },
    {
      why: 'with a probe that no release takes',
      of: ['Service', 'ceph-notifications'],
      path: [...container, 'readinessProbe', 'timeoutSeconds'],
      value: 1,
      told: /timeoutSeconds is disallowed/,
    },
    {
      why: 'with what only other pods may have',
      of: ['Service', 'ceph-notifications'],
      path: ['spec', 'template', 'spec', 'securityContext'],
      value: { runAsNonRoot: true },
      told: /must not set the field.*securityContext/,
    },
    {
      why: 'with a typo deep inside',
      of: ['Deployment', 'tidings-relay'],
      path: [...container, 'securityContext', 'readOnlyRootFileSystem'],
      value: true,
      told: /"readOnlyRootFileSystem"' does not exist/,
    },
    {
      why: 'with a port that is none',
      of: ['NetworkPolicy', 'tidings-relay'],
      path: ['spec', 'egress', 0, 'ports', 0, 'port'],
      value: {},
      told: /port|IntOrString/,
    },
    {
      why: 'with a queue that has no name',
      of: ['RabbitmqSource', 'openstack-notifications'],
      path: ['spec', 'rabbitmqResourcesConfig', 'queueName'],
      value: undefined,
      told: /queueName/,
    },
    {
      why: 'with a delay that is not in ISO 8601',
      of: ['RabbitmqSource', 'openstack-notifications'],
      path: ['spec', 'delivery', 'backoffDelay'],
      value: '1s',
      told: /backoffDelay must match/,
    },
    {
      why: 'with both ways to a broker, which the admission of RabbitmqSource refuses',
      of: ['RabbitmqSource', 'openstack-notifications'],
      path: ['spec', 'rabbitmqClusterReference', 'name'],
      value: 'openstack-rabbitmq',
      told: /must match exactly one schema in oneOf/,
    },
    {
      why: 'with no way to a broker',
      of: ['RabbitmqSource', 'openstack-notifications'],
      path: ['spec', 'rabbitmqClusterReference', 'connectionSecret'],
      value: undefined,
      told: /required property '(name|connectionSecret)'|exactly one schema/,
    },
    {
      why: 'with a queue type, which RabbitmqSource has no field for',
      of: ['RabbitmqSource', 'openstack-notifications'],
      path: ['spec', 'rabbitmqResourcesConfig', 'queueType'],
      value: 'quorum',
      told: /queueType/,
    },
    {
      why: 'with a field of another source',
      of: ['KafkaSource', 'openstack-notifications'],
      path: ['spec', 'queueName'],
      value: 'tidings',
      told: /queueName/,
    },
  ]
  for (const {
    why,
    of: [kind, name],
    path,
    value,
    told,
  } of broken) {
    test(`${why} (${kind}, ${path.slice(-2).join('.')})`, async () => {
      const manifest = manifestOf(kind, name)
      assert.deepEqual(await faultsOf([manifest]), [])
      const faults = await faultsOf([changed(manifest, path, value)])
      assert.ok(faults.length > 0)
      for (const fault of faults) assert.match(fault, told)
    })
  }

  test('and so is a func.yaml with a key of an older func', () => {
    const document = parse(readFileSync(`${directory}func/func.yaml`, 'utf8'))
    assert.notDeepEqual(schemaFaults(FUNC_YAML, { ...document, envs: [] }), [])
  })
})

const receivers = () =>
  allManifests().filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'receiver')

describe('the parts fit each other', () => {
  test('what a source, a trigger or a broker points to is there', () => {
    const names = new Set(allManifests().map(({ kind, metadata }) => `${kind} ${metadata.name}`))
    const references = allManifests().flatMap(({ spec }) => refsOf(spec))
    assert.ok(references.length > 10)
    assert.deepEqual(
      references.filter(({ kind, name }) => !names.has(`${kind} ${name}`)),
      [],
    )
  })

  test('every receiver is bound to a sink, and may be called by Knative alone', () => {
    const binding = manifestOf('SinkBinding', 'tidings-receivers')
    assert.deepEqual(binding.spec.subject.selector.matchLabels, {
      'app.kubernetes.io/part-of': 'tidings',
      'app.kubernetes.io/component': 'receiver',
    })
    const policy = manifestOf('NetworkPolicy', 'tidings-receivers')
    const [{ values }] = policy.spec.podSelector.matchExpressions
    assert.deepEqual(
      values.toSorted(),
      receivers()
        .map(({ metadata }) => metadata.name)
        .toSorted(),
    )
    const callers = policy.spec.ingress.flatMap(({ from }: { from: object[] }) => from)
    assert.deepEqual(
      callers.map(
        ({ namespaceSelector }: { namespaceSelector: { matchLabels: object } }) => namespaceSelector.matchLabels,
      ),
      [{ 'kubernetes.io/metadata.name': 'knative-serving' }, { 'kubernetes.io/metadata.name': 'kourier-system' }],
    )
    const ports = policy.spec.ingress.flatMap(({ ports }: { ports: { port: number }[] }) =>
      ports.map(({ port }) => port),
    )
    assert.ok(!ports.includes(8080))
  })

  test('no container is root, or may write, or become more than it is', () => {
    for (const { kind, metadata, spec } of allManifests().filter(({ spec }) => spec?.template?.spec?.containers)) {
      const pod = spec.template.spec
      const security = { ...pod.securityContext, ...pod.containers[0].securityContext }
      assert.deepEqual(
        [
          security.runAsNonRoot,
          security.readOnlyRootFilesystem,
          security.allowPrivilegeEscalation,
          security.capabilities,
          security.seccompProfile,
          pod.automountServiceAccountToken,
        ],
        [true, true, false, { drop: ['ALL'] }, { type: 'RuntimeDefault' }, false],
        `${kind} ${metadata.name}`,
      )
    }
  })

  test('their variables are ours, and make a working setup', () => {
    for (const service of [...receivers(), manifestOf('Service', 'ceph-provisioner')]) {
      const host = readHostConfig(variablesOf(service))
      assert.equal(host.shutdownGraceMs, 0)
      const [container] = service.spec.template.spec.containers
      const unknown = container.env.filter(
        ({ name }: { name: string }) => !documented.has(name) && name !== 'TIDINGS_TOKEN',
      )
      assert.deepEqual(unknown, [], service.metadata.name)
    }
  })

  test("the relay's settings are the relay's", () => {
    const variables = variablesOf(manifestOf('Deployment', 'tidings-relay'))
    const { AMQP_CA_FILE, ...rest } = variables
    assert.equal(AMQP_CA_FILE, '/etc/tidings/rabbitmq/ca.crt')
    const { relay, invoke, port } = readRelayConfig({ ...rest, AMQP_URL: 'amqp://user:password@rabbitmq/' }, {})
    assert.deepEqual(
      [relay.concurrency, relay.drainMs, relay.sources[0]?.queue.name, invoke.kind, port],
      [4, 25_000, 'tidings', 'function', 8080],
    )
    const { terminationGracePeriodSeconds } = manifestOf('Deployment', 'tidings-relay').spec.template.spec
    assert.ok(terminationGracePeriodSeconds * 1000 > relay.drainMs)
  })

  test('a receiver has more time than its sink may take', () => {
    for (const service of receivers()) {
      const { timeoutMs, retries } = readConfig(variablesOf(service)).sink.options
      assert.ok(service.spec.template.spec.timeoutSeconds * 1000 > timeoutMs * (retries + 1) * 2)
    }
  })

  test('a source tries again for as long as the documents say: RabbitMQ less than it waits, Kafka 34 minutes', () => {
    const RABBITMQ_WAITS_SECONDS = 30 * 60
    assert.equal(secondsOfRetries(manifestOf('RabbitmqSource', 'openstack-notifications')), 510)
    assert.ok(510 < RABBITMQ_WAITS_SECONDS)
    for (const source of allManifests().filter(({ kind }) => kind === 'KafkaSource')) {
      assert.equal(secondsOfRetries(source), 34 * 60 + 6, source.metadata.name)
    }
  })
})

const documented = new Set(
  readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
    .match(/`[A-Z_]+`/g)
    ?.map((name) => name.slice(1, -1)),
)

/** Both senders wait `backoffDelay` × 2^n before retry n, from n = 1 on. */
const secondsOfRetries = ({ spec }: Manifest): number => {
  const { retry, backoffDelay } = spec.delivery
  const first = Number(/^PT(\d+)S$/.exec(backoffDelay)?.[1])
  return first * (2 ** (retry + 1) - 2)
}

type Ref = { readonly kind: string; readonly name: string }

/** Every `ref` inside, and the name of a trigger's broker. The RabbitMQ broker of the last example is the reader's own. */
const refsOf = (spec: unknown): readonly Ref[] => {
  if (typeof spec !== 'object' || spec === null) return []
  return Object.entries(spec).flatMap(([key, value]) => {
    if (key === 'ref') return [value]
    if (key === 'broker' && value !== 'rabbitmq') return [{ kind: 'Broker', name: value }]
    return refsOf(value)
  })
}
