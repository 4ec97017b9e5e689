import type { CephEvent } from '../ceph/ceph-event.ts'
import { type CephFilter, type CephPattern, cephMatcher, isFromFunction } from '../ceph/ceph-filter.ts'
import { CEPH_SETTINGS } from '../ceph/ceph-settings.ts'
import { createCephDecoder } from '../ceph/decode-ceph.ts'
import { readSettings } from '../process/settings.ts'
import { type RgwConfig, readRgwConfig } from '../provisioning/provisioning-settings.ts'
import { checkOptions, checkRoute, type Fields, type FilterFields } from './definition.ts'
import type { FunctionHandler } from './function.ts'
import type { Handle, HandlerContext, Middleware } from './handler.ts'
import { createOwn, type OwnOptions } from './own-function.ts'
import { createObjectAccess, type StoredRecord } from './stored-object.ts'

/** The argument of a handler for Ceph's events. */
export type CephContext = HandlerContext & {
  readonly event: CephEvent
  /** The details of the object in the event, and access to the object itself. */
  readonly record: StoredRecord
}

/** The settings of one function, beside those of the environment. */
export type CephOptions = OwnOptions & {
  /** `key`: the events of one object are handled one at a time, the earliest waiting one first. */
  readonly orderBy?: 'key'
  /** Where `record.get` and `record.put` find the objects. Default: the environment. */
  readonly gateway?: RgwConfig
}

/** A text that the type checker does not know; a literal that names no known event is a type error. */
type Text<Pattern extends string> = string extends Pattern ? Pattern : never

/** What `ceph()` returns: a handler for every platform, to which routes are added. */
export type CephFunction = FunctionHandler & {
  /** Handles the events of this name, or `ObjectCreated:*`. The first `on` that matches has the event. */
  on<Pattern extends string>(pattern: Text<Pattern>, handle: Handle<CephContext>): CephFunction
  on<Pattern extends string>(pattern: Text<Pattern>, filter: CephFilter, handle: Handle<CephContext>): CephFunction
  // This overload is the last one, because the type checker reports errors for the last one only.
  on(pattern: CephPattern, filter: CephFilter, handle: Handle<CephContext>): CephFunction
  on(pattern: CephPattern, handle: Handle<CephContext>): CephFunction
  /** Handles what no `on` matches. Without it, that is acked and counted as filtered. */
  otherwise(handle: Handle<CephContext>): CephFunction
  /** Puts middy middlewares around the whole function. They see the platform's event, so that no host goes past them. */
  use(...middlewares: Middleware[]): CephFunction
}

/**
 * A function of your own for Ceph bucket notifications, for any platform.
 *
 * ```ts
 * import { ceph } from 'tidings'
 *
 * export const handler = ceph()
 *   .on('ObjectCreated:*', { bucket: 'photos', suffix: '.jpg' }, async ({ record, log }) => {
 *     log.info(`${record.key} has ${record.size} bytes`)
 *   })
 * ```
 *
 * The first call, not this one, throws a ConfigError when the environment does not describe a working setup.
 */
export const ceph = (given: CephOptions = {}): CephFunction => {
  checkOptions('ceph', given, OPTIONS, 'key', ceph)
  const { orderBy, gateway, ...options } = given
  const rgw = () => gateway ?? readRgwConfig()
  const recordFor = createObjectAccess(rgw)
  const { own, add } = createOwn<CephEvent, CephContext>(
    {
      name: 'ceph',
      settings: CEPH_SETTINGS,
      open: (environment) => {
        const { OPAQUE_SECRETS } = readSettings(CEPH_SETTINGS, environment)
        return { decode: createCephDecoder(OPAQUE_SECRETS), secrets: [...OPAQUE_SECRETS, rgw().secretKey ?? ''] }
      },
      contextOf: (event, common) => Object.assign(common, { event, record: recordFor(event, common) }),
      isForFallback: (event) => !isFromFunction(event),
      laneOf: ({ source, subject }) => (orderBy === 'key' ? `${source}\0${subject}` : undefined),
    },
    options,
  )
  const on = (pattern: string, ...rest: [Handle<CephContext>] | [CephFilter, Handle<CephContext>]): CephFunction => {
    const [filter, handle] = rest.length === 1 ? [{}, rest[0]] : rest
    checkRoute({ pattern, filter, handle }, FILTERS, on)
    add({ pattern, matches: cephMatcher(pattern, filter), handle })
    return built
  }
  const built = Object.assign(own, { on }) as unknown as CephFunction // `otherwise` and `use` return the same object.
  return built
}

const OPTIONS: Fields<CephOptions> = { name: true, config: true, concurrency: true, orderBy: true, gateway: true }

const FILTERS: FilterFields<CephFilter> = {
  bucket: 'test',
  key: 'test',
  prefix: 'plain',
  suffix: 'plain',
  regex: 'regex',
  metadata: 'tests',
  tags: 'tests',
  size: 'test',
  fromFunctions: 'plain',
}
