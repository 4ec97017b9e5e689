import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { cephCaptures, openstackCaptures, openstackLookAlikes } from '../../fixtures.ts'
import { mutate, REFERENCE } from './mutate.ts'
import type { Random } from './random.ts'
import { MARK, plant } from './secrets.ts'

const ceph = cephCaptures().map(({ body }): unknown => JSON.parse(body))

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const openstack = [...openstackCaptures(), ...openstackLookAlikes()].map(({ body }) => parsed(body.toString()))

const desired: unknown = parse(readFileSync(new URL('../../../examples/desired.yaml', import.meta.url), 'utf8'))

/** As oslo.messaging packs it: the message is a text in its envelope. Changes are wanted inside. */
const innerOf = (document: unknown): unknown => {
  const text = (document as { 'oslo.message'?: unknown } | null)?.['oslo.message'] // Whatever it is, this asks no more.
  return typeof text === 'string' ? parsed(text) : undefined
}

export const cephDocument = (random: Random): string => {
  const document = mutate(random, random.pick(ceph), random.pick(ceph))
  if (random.percent(60)) plant(random, 'ceph', document)
  return textOf(document)
}

export const openstackDocument = (random: Random): string => {
  const document = random.pick(openstack)
  const inner = innerOf(document)
  const changed = mutate(random, inner ?? document, random.pick(openstack))
  if (random.percent(60)) plant(random, 'openstack', changed)
  if (inner === undefined) return textOf(changed)
  const packed = { ...(document as object), 'oslo.message': textOf(changed) } // Just seen to be one.
  return textOf(random.percent(20) ? mutate(random, packed, random.pick(openstack)) : packed)
}

const ENDPOINTS = [
  'http://receiver.example.org/',
  'http://169.254.169.254/latest/meta-data',
  `amqp://user:${MARK}Endpoint@broker.example.org:5672/vhost`,
  `https://user:${MARK}Endpoint@example.org/`,
  'kafka://broker:9092',
  REFERENCE,
  `http://example.org/?token=${REFERENCE}`,
  `http://example.org/?token=${REFERENCE.replace('env:FUZZ_SECRET', 'file:/proc/self/environ')}`,
  'file:///etc/passwd',
] as const

const ACTIONS = ['plan', 'apply', 'verify', 'destroy', 'prune', 'delete', '', null] as const

/** A request to the provisioner, in JSON, which is YAML too. */
export const provisioning = (random: Random): string => {
  const topic = { name: 'tidings-a', endpoint: random.pick(ENDPOINTS), opaqueData: `${MARK}Opaque` }
  const base = random.percent(50) ? desired : { topics: [topic], buckets: [] }
  const document = mutate(random, { action: random.pick(ACTIONS), desired: base }, base)
  return random.percent(10) ? `&a [*a, *a, ${textOf(document)}]` : textOf(document)
}

/** A capture as it came, but for its identity: one event. */
export const intact = (random: Random, kind: 'ceph' | 'openstack', identity: string): string => {
  if (kind === 'ceph') {
    const { Records } = structuredClone(random.pick(ceph)) as { Records: { responseElements: object }[] } // A capture.
    return JSON.stringify({
      Records: Records.map((record) => ({
        ...record,
        responseElements: { 'x-amz-request-id': identity, 'x-amz-id-2': 'a' },
      })),
    })
  }
  const document = random.pick(notifications) as object
  const inner = innerOf(document) as object
  return JSON.stringify({ ...document, 'oslo.message': JSON.stringify({ ...inner, message_id: identity }) })
}

/** Captured notifications in their envelope; an RPC request has no event type. */
const notifications = openstackCaptures()
  .map(({ body }) => parsed(body))
  .filter((document) => {
    const inner = innerOf(document)
    return typeof inner === 'object' && inner !== null && 'event_type' in inner && 'publisher_id' in inner
  })

const textOf = (document: unknown): string => JSON.stringify(document) ?? 'null'
