import { readdirSync, readFileSync } from 'node:fs'

/** One request as a gateway sent it. `name` is `<release>/<event>.<rule>.<number>`. */
export type Capture = {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One AMQP message as an OpenStack service published it. `name` is `<service>/<event_type>.<number>`. */
export type OpenstackCapture = {
  readonly name: string
  readonly exchange: string
  readonly routingKey: string
  /** In AMQP's own names: `content_type`, `delivery_mode` … */
  readonly properties: Readonly<Record<string, string | number>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** One message of test/fixtures/look-alikes/openstack. Its body is bytes, which compressed ones are. */
export type OpenstackLookAlike = Omit<OpenstackCapture, 'body'> & { readonly body: Buffer }

const CEPH = new URL('./fixtures/ceph/', import.meta.url)
const OPENSTACK = new URL('./fixtures/openstack/', import.meta.url)
const OPENSTACK_LOOK_ALIKES = new URL('./fixtures/look-alikes/openstack/', import.meta.url)

/** Every request that real Ceph gateways sent (test/fixtures/README.md tells how they were caught). */
export const cephCaptures = (): readonly Capture[] => namesIn(CEPH).map(cephCapture)

/** One of them by its name. */
export const cephCapture = (name: string): Capture => {
  const { headers, body } = read(CEPH, name) as Omit<Capture, 'name'> // The shape of each fixture.
  return { name, headers, body }
}

/** Every message of real OpenStack services. Those in `<service>-rpc/` are RPC requests, not notifications. */
export const openstackCaptures = (): readonly OpenstackCapture[] => namesIn(OPENSTACK).map(openstackCapture)

/** One of them by its name. */
export const openstackCapture = (name: string): OpenstackCapture => {
  const { exchange, routingKey, properties, headers, body } = read(OPENSTACK, name) as Omit<OpenstackCapture, 'name'> // As above.
  return { name, exchange, routingKey, properties, headers, body }
}

/** Messages that some services send, though no capture has them. test/fixtures/README.md says which were made and which were written. */
export const openstackLookAlikes = (): readonly OpenstackLookAlike[] =>
  namesIn(OPENSTACK_LOOK_ALIKES).map(openstackLookAlike)

/** One of them by its name. */
export const openstackLookAlike = (name: string): OpenstackLookAlike => {
  type Fixture = Omit<OpenstackCapture, 'name' | 'body'> & { readonly body?: string; readonly bodyBase64?: string }
  const { exchange, routingKey, properties, headers, ...rest } = read(OPENSTACK_LOOK_ALIKES, name) as Fixture // As above.
  const body = Buffer.from(rest.bodyBase64 ?? rest.body ?? '', rest.bodyBase64 === undefined ? 'utf8' : 'base64')
  return { name, exchange, routingKey, properties, headers, body }
}

const namesIn = (folder: URL): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => path.slice(0, -'.json'.length))

const read = (folder: URL, name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
