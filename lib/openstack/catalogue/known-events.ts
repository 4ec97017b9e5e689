import type { OpenstackEvent } from '../openstack-event.ts'
import type { OpenstackCatalogue, OpenstackLibraryCatalogue } from './catalogue.ts'
import type { OpenstackPayloads } from './payloads.ts'

/** The services in the catalogue. */
export type OpenstackService = keyof OpenstackCatalogue

/** The event types that a service sends, as on the wire; of all services if none is named. */
export type OpenstackEventType<S extends OpenstackService = OpenstackService> = S extends OpenstackService
  ? (keyof OpenstackCatalogue[S] | keyof OpenstackLibraryCatalogue) & string
  : never

/** The `type` of the CloudEvents made from them. */
export type OpenstackCloudEventType<S extends OpenstackService = OpenstackService> = S extends OpenstackService
  ? `org.openstack.${S}.${WithoutBlanks<OpenstackEventType<S>>}`
  : never

type WithoutBlanks<T extends string> = T extends `${infer Head} ${infer Rest}` ? WithoutBlanks<`${Head}_${Rest}`> : T

/** An editor completes the known names. Any other text is accepted, because services send more than the catalogue has. */
export type OrAny<T extends string> = T | (string & {})

/** An event of a known service. Its name gives the payload a type. */
export type OpenstackEventOf<Service extends string, Name extends string = string> = OpenstackEvent<Name, Service> & {
  readonly data: { readonly service: Service }
}

/**
 * Whether an event has this service and this name: the event type on the wire or the canonical `kind`. nova's
 * `compute.instance.create.end` is an `instance.create.end` too.
 */
export const isEvent = <
  Service extends OrAny<OpenstackService>,
  Name extends OrAny<Service extends OpenstackService ? OpenstackEventType<Service> : never>,
>(
  event: OpenstackEvent,
  service: Service,
  eventType: Name,
): event is OpenstackEvent & OpenstackEventOf<Service, Name> =>
  // Without the first part, the type checker compares all payloads.
  event.data.service === service && (event.data.kind === eventType || event.data.eventType === eventType)

/**
 * The payload of an event by its name: the event type on the wire, such as `compute.instance.create.end`, or the canonical
 * kind, such as `instance.create.end`. A kind covers nova's legacy and versioned notifications, so fields that only one of
 * them has are optional.
 *
 * The types are made from captured notifications and nova's official samples. They are not checked at run time: another
 * release can leave a field out. Every payload can have more fields, of type `unknown`. A name without samples gives a plain
 * record.
 *
 * @typeParam Service needed if several services use the name: `PayloadOf<'port.create.end', 'neutron'>`
 */
export type PayloadOf<Name extends string, Service extends string = string> =
  // Without this question, the type checker compares a template of every name with every key, which takes seconds.
  string extends Service ? Named<Name> : OfService<Name, Service>

// As a template, the name stays comparable: an event of one name is an event of any name.
type Named<Name extends string> = Name extends string
  ? `${Name}` extends keyof OpenstackPayloads
    ? OpenstackPayloads[`${Name}`]
    : Readonly<Record<string, unknown>>
  : never

type OfService<Name extends string, Service extends string> = Name extends string
  ? `${Service}/${Name}` extends keyof OpenstackPayloads
    ? OpenstackPayloads[`${Service}/${Name}`]
    : Named<Name>
  : never
