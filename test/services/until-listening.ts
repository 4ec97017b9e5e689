import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** Until a server on loopback takes connections, or its process has `exited`, which is an error. */
export async function untilListening(port: number, exited: Promise<string>): Promise<void> {
  let ended: string | undefined
  exited.then((how) => {
    ended = how
  })
  const deadline = Date.now() + 120_000
  while (Date.now() < deadline) {
    if (await accepts(port)) return
    if (ended) throw new Error(ended)
    await pause(50)
  }
  throw new Error(`nobody listens on port ${port} after 120 s`)
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1')
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
