import type { OpenstackEvent, OpenstackEventData } from '../openstack-event.ts'
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

/** An event of which the service is known. */
export type OpenstackEventOf<S extends string> = OpenstackEvent & {
  readonly data: OpenstackEventData & { readonly service: S }
}

/**
 * Whether an event is this one of this service. Either name of a thing will do, its own or its canonical `kind`: nova's
 * `compute.instance.create.end` is an `instance.create.end` too.
 */
export const isEvent = <S extends OrAny<OpenstackService>>(
  event: OpenstackEvent,
  service: S,
  eventType: OrAny<S extends OpenstackService ? OpenstackEventType<S> : never>,
): event is OpenstackEventOf<S> =>
  event.data.service === service && (event.data.kind === eventType || event.data.eventType === eventType)
