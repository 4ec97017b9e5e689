import type { CloudEvent } from '../core/cloudevent.ts'
import type { Answer, Client } from './attempts.ts'

type Waiting = {
  readonly events: readonly CloudEvent[]
  resolve(answers: readonly Answer[]): void
  reject(error: unknown): void
}

/**
 * One request at a time: the events of calls that come while it is under way go together with the next one. Nothing waits where no
 * request is under way.
 */
export const grouped = (send: Client['send']): Client['send'] => {
  let waiting: Waiting[] = []
  let isBusy = false

  const sendAll = async (): Promise<void> => {
    isBusy = true
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        const answers = await send(group.flatMap(({ events }) => events))
        let from = 0
        for (const { events, resolve } of group) {
          resolve(answers.slice(from, from + events.length))
          from += events.length
        }
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    isBusy = false
  }

  return (events) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Answer[]>()
    waiting.push({ events, resolve, reject })
    if (!isBusy) void sendAll()
    return promise
  }
}
