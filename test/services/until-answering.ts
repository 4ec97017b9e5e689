import { get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** Asks a server that is starting up until it gives any answer, or until its process has `exited`, which is an error. */
export async function untilAnswering(endpoint: string, exited: Promise<string>): Promise<void> {
  let ended: string | undefined
  exited.then((how) => {
    ended = how
  })
  const deadline = Date.now() + 120_000
  while (Date.now() < deadline) {
    if (await answers(endpoint)) return
    if (ended) throw new Error(ended)
    await pause(50)
  }
  throw new Error(`no answer from ${endpoint} within 120 s`)
}

function answers(endpoint: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const request = get(endpoint, { agent: false, timeout: 5_000 }, (response) => {
    response.resume()
    resolve(true)
  })
  request.on('timeout', () => request.destroy())
  request.on('error', () => resolve(false))
  return promise
}
