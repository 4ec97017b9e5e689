import { alb } from './alb.ts'
import { customResource } from './custom-resource.ts'
import { direct } from './direct.ts'
import type { Envelope, Opened } from './envelope.ts'
import { httpV1 } from './http-v1.ts'
import { httpV2 } from './http-v2.ts'

const opener =
  <Event>(envelope: Envelope<Event>) =>
  (event: unknown): Opened | undefined =>
    envelope.matches(event) ? envelope.open(event) : undefined

const families = [opener(httpV2), opener(httpV1), opener(alb), opener(customResource)]

/** Opens any platform's event. What no family knows was invoked directly. */
export const open = (event: unknown): Opened => {
  for (const family of families) {
    const opened = family(event)
    if (opened) return opened
  }
  return direct.open(event)
}
