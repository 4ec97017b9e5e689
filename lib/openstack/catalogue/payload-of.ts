import type { OpenstackPayloads } from './payloads.ts'

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
