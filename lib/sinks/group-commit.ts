import type { CloudEvent } from '../core/cloudevent.ts'
import type { Send, Tell } from './attempts.ts'

type Waiting = {
  readonly events: readonly CloudEvent[]
  readonly tell: Tell
  readonly isOver: () => boolean
  resolve(): void
  reject(error: unknown): void
}

/**
 * One request at a time: the events of calls that come while it is under way go together with the next one. Nothing waits where no
 * request is under way. A call whose time is over before its turn is not sent.
 */
export const grouped = (send: Send): Send => {
  let waiting: Waiting[] = []
  let isBusy = false

  const sendAll = async (): Promise<void> => {
    isBusy = true
    while (waiting.length > 0) {
      const group = waiting.filter(({ isOver }) => !isOver())
      for (const { isOver, resolve } of waiting) if (isOver()) resolve()
      waiting = []
      const places = group.flatMap(({ events, tell }) => events.map((event, index) => ({ event, tell, index })))
      try {
        await send(
          places.map(({ event }) => event),
          (place, answer) => places[place]?.tell(places[place].index, answer),
          () => group.every(({ isOver }) => isOver()),
        )
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    isBusy = false
  }

  return (events, tell, isOver) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    waiting.push({ events, tell, isOver, resolve, reject })
    if (!isBusy) void sendAll()
    return promise
  }
}
