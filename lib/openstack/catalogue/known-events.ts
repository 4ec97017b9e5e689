import type { OpenstackEvent } from '../openstack-event.ts'
import type { OpenstackCatalogue, OpenstackLibraryCatalogue } from './catalogue.ts'

/** The services that the catalogue knows. */
export type OpenstackService = keyof OpenstackCatalogue

/** The event types that a service is known to send, as on the wire; of any service where none is named. */
export type OpenstackEventType<S extends OpenstackService = OpenstackService> = S extends OpenstackService
  ? (keyof OpenstackCatalogue[S] | keyof OpenstackLibraryCatalogue) & string
  : never

/** The `type` of the CloudEvents that they become. */
export type OpenstackCloudEventType<S extends OpenstackService = OpenstackService> = S extends OpenstackService
  ? `org.openstack.${S}.${WithoutBlanks<OpenstackEventType<S>>}`
  : never

type WithoutBlanks<T extends string> = T extends `${infer Head} ${infer Rest}` ? WithoutBlanks<`${Head}_${Rest}`> : T

/** Completes in an editor, and takes any other text: services say more than the catalogue knows. */
export type OrAny<T extends string> = T | (string & {})

/** An event of which the service is known, and by its name the type of the payload. */
export type OpenstackEventOf<Service extends string, Name extends string = string> = OpenstackEvent<Name, Service> & {
  readonly data: { readonly service: Service }
}

/**
 * Whether an event is this one of this service. Either name of a thing will do, its own or its canonical `kind`: nova's
 * `compute.instance.create.end` is an `instance.create.end` too.
 */
export const isEvent = <
  Service extends OrAny<OpenstackService>,
  Name extends OrAny<Service extends OpenstackService ? OpenstackEventType<Service> : never>,
>(
  event: OpenstackEvent,
  service: Service,
  eventType: Name,
): event is OpenstackEventOf<Service, Name> =>
  event.data.service === service && (event.data.kind === eventType || event.data.eventType === eventType)
