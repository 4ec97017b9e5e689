import type { OpenstackEvent } from '../openstack-event.ts'
import type { OpenstackCatalogue, OpenstackLibraryCatalogue } from './catalogue.ts'

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
