import type { OpenstackService, OrAny, PayloadOf } from '../openstack/catalogue/known-events.ts'
import { createOpenstackDecoder } from '../openstack/decode-openstack.ts'
import type { OpenstackEvent, OpenstackEventData } from '../openstack/openstack-event.ts'
import { type OpenstackFilter, type OpenstackPattern, openstackMatcher } from '../openstack/openstack-filter.ts'
import { OPENSTACK_SETTINGS } from '../openstack/openstack-settings.ts'
import { readSettings } from '../process/settings.ts'
import { checkOptions, checkRoute, type Fields, type FilterFields } from './definition.ts'
import type { FunctionHandler } from './function.ts'
import type { Handle, HandlerContext, Middleware } from './handler.ts'
import { createOwn, type OwnOptions } from './own-function.ts'

/**
 * By the type of the payload, not by the name of the event: the type checker would compare the payloads of all names, which takes
 * seconds.
 */
export type OpenstackContext<Payload = unknown> = HandlerContext & {
  readonly event: OpenstackEvent & { readonly data: { readonly payload: Payload } }
  /** `event.data` */
  readonly data: OpenstackEventData & { readonly payload: Payload }
}

/** The settings of one function, beside those of the environment. */
export type OpenstackOptions = OwnOptions & {
  /** `subject`: the events of one resource are handled one at a time, the earliest waiting one first. */
  readonly orderBy?: 'subject'
}

/** A text that the type checker does not know; a literal that names no known event is a type error. */
type Text<Name extends string> = string extends Name ? Name : never

/** What `openstack()` returns: a handler for every platform, to which routes are added. */
export type OpenstackFunction = FunctionHandler & {
  /**
   * Handles the events of this name, of names like `compute.instance.*`, or that fit a filter. A name may be the one on the wire
   * or the canonical `kind`. A name that is known gives the payload its type; where several services use it, the service of the
   * filter does. The first `on` that matches has the event.
   */
  on(filter: OpenstackFilter, handle: Handle<OpenstackContext>): OpenstackFunction
  on<Name extends string>(name: Text<Name>, handle: Handle<OpenstackContext>): OpenstackFunction
  on<Name extends string>(
    name: Text<Name>,
    filter: OpenstackFilter,
    handle: Handle<OpenstackContext>,
  ): OpenstackFunction
  // This overload is the last one, because the type checker reports errors for the last one only.
  on<Name extends OpenstackPattern, Service extends OrAny<OpenstackService>>(
    name: Name,
    filter: OpenstackFilter<Service>,
    handle: Handle<OpenstackContext<PayloadOf<Name, Service>>>,
  ): OpenstackFunction
  on<Name extends OpenstackPattern>(name: Name, handle: Handle<OpenstackContext<PayloadOf<Name>>>): OpenstackFunction
  /** Handles what no `on` matches. Without it, that is acked and counted as filtered. */
  otherwise(handle: Handle<OpenstackContext>): OpenstackFunction
  /** Puts middy middlewares around the whole function. They see the platform's event, so that no host goes past them. */
  use(...middlewares: Middleware[]): OpenstackFunction
}

type OnArguments =
  | [string, Handle<OpenstackContext>]
  | [string, OpenstackFilter, Handle<OpenstackContext>]
  | [OpenstackFilter, Handle<OpenstackContext>]

/**
 * A function of your own for OpenStack's notifications, for any platform.
 *
 * ```ts
 * import { openstack } from 'tidings'
 *
 * export const handler = openstack()
 *   .on('compute.instance.create.end', ({ data, log }) => log.info(`${data.payload.instance_id} is up`))
 *   .on({ service: 'neutron', resource: 'port', action: 'delete' }, ({ event, log }) => log.info(`${event.subject} is gone`))
 * ```
 *
 * The first call, not this one, throws a ConfigError when the environment does not describe a working setup.
 */
export const openstack = (given: OpenstackOptions = {}): OpenstackFunction => {
  checkOptions('openstack', given, OPTIONS, 'subject', openstack)
  const { orderBy, ...options } = given
  const { own, add } = createOwn<OpenstackEvent, OpenstackContext>(
    {
      name: 'openstack',
      settings: OPENSTACK_SETTINGS,
      open: (environment) => {
        const { NOVA_NOTIFICATIONS: novaNotifications } = readSettings(OPENSTACK_SETTINGS, environment)
        return { decode: createOpenstackDecoder({ novaNotifications }), secrets: [] }
      },
      contextOf: (event, common) => Object.assign(common, { event, data: event.data }),
      isForFallback: () => true,
      laneOf: ({ subject, data }) =>
        orderBy === 'subject' && subject !== undefined ? `${data.service}\0${subject}` : undefined,
    },
    options,
  )
  const on = (...given: OnArguments): OpenstackFunction => {
    const [pattern, filter, handle] = named(given)
    checkRoute({ pattern, filter, handle }, FILTERS, on)
    const matches = openstackMatcher(pattern, filter)
    add({ pattern, matches: ({ data }) => matches(data), handle })
    return built
  }
  const built = Object.assign(own, { on }) as unknown as OpenstackFunction // `otherwise` and `use` return the same object.
  return built
}

const named = (given: OnArguments): [string, OpenstackFilter, Handle<OpenstackContext>] => {
  if (given.length === 3) return given
  const [first, handle] = given
  // A filter may stand alone. Any other first argument is a name, or should be one.
  return typeof first === 'object' ? ['*', first, handle] : [first, {}, handle]
}

const OPTIONS: Fields<OpenstackOptions> = { name: true, config: true, concurrency: true, orderBy: true }

const FILTERS: FilterFields<OpenstackFilter> = {
  service: 'test',
  resource: 'test',
  action: 'test',
  phase: 'test',
  priority: 'test',
  project: 'test',
  owner: 'test',
  host: 'test',
  payload: 'tests',
}
