import type { CloudEvent } from '../../core/cloudevent.ts'
import { attributeMatcher, type Test, testMatcher, valueAt } from '../../core/condition.ts'
import type { ConditionDocument } from './route-document.ts'

type Matches = (event: CloudEvent) => boolean

/** @param condition by the schema of the document */
export const conditionMatcher = ({ any, all = [], not, data = {}, ...attributes }: ConditionDocument): Matches => {
  const every = [
    ...all.map(conditionMatcher),
    ...Object.entries(attributes).map(([name, test]) => attributeOf(name, attributeMatcher(name, test as Test))), // By the schema.
    ...Object.entries(data).map(([path, test]) => dataAt(path, testMatcher(test))),
  ]
  const some = any?.map(conditionMatcher)
  const never = not === undefined ? undefined : conditionMatcher(not)
  return (event) =>
    every.every((matches) => matches(event)) &&
    (some === undefined || some.some((matches) => matches(event))) &&
    never?.(event) !== true
}

type Holds = (value: unknown) => boolean

const dataAt =
  (path: string, holds: Holds): Matches =>
  (event) =>
    holds(valueAt(event.data, path))

const attributeOf = (name: string, holds: Holds): Matches =>
  name === 'type' ? (event) => holds(typeNames(event)) : (event) => holds(valueAt(event, name))

/** The type passes by each of its names, as in `.on`: the whole one, the name that the sender gave the event, and the kind. */
const typeNames = (event: CloudEvent & { readonly kind?: unknown }): readonly unknown[] => {
  const { type, kind } = event
  const start = type.startsWith(S3)
    ? S3.length
    : type.startsWith(OPENSTACK)
      ? type.indexOf('.', OPENSTACK.length) + 1
      : 0
  return start === 0 ? [type] : [type, type.slice(start), kind]
}

/** Then comes the name of the event. */
const S3 = 'com.amazonaws.s3.'
/** Then come the service and the name of the event. */
const OPENSTACK = 'org.openstack.'
