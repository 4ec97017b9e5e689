import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { freePorts } from '../services/ports.ts'

export type CuttingProxy = {
  readonly port: number
  /** While it is set, each new connection is cut after a random number of bytes below it, in either direction. */
  cutBelowBytes: number | undefined
  /** The next AMQP frame from the broker whose payload begins with these bytes is the last that passes its connection. */
  cutAfterFrame: Buffer | undefined
  /** How many connections were cut. */
  readonly cuts: number
  close(): Promise<void>
}

/** A TCP proxy that ends connections at random bytes, mostly in the middle of a frame; half of them by a reset. */
export const startCuttingProxy = async (targetPort: number): Promise<CuttingProxy> => {
  const open = new Set<Socket>()
  let cuts = 0

  const server = createServer((client) => {
    const target = createConnection(targetPort, '127.0.0.1')
    const ends = [client, target]
    let left = Math.random() * (proxy.cutBelowBytes ?? Number.POSITIVE_INFINITY)
    const end = () => {
      for (const socket of ends) socket.destroy()
    }
    const cut = () => {
      cuts++
      if (Math.random() < 0.5) for (const socket of ends) socket.resetAndDestroy()
      else end()
    }
    /** Bytes up to the end of that frame; undefined where it is not in this chunk. */
    const lastFrameEnd = (chunk: Buffer): number | undefined => {
      const payload = proxy.cutAfterFrame ? chunk.indexOf(proxy.cutAfterFrame) : -1
      // The size of the payload stands before it, and one byte ends the frame.
      return payload < 4 ? undefined : payload + chunk.readUInt32BE(payload - 4) + 1
    }
    const pass = (from: Socket, to: Socket) => {
      open.add(from)
      from.setNoDelay(true)
      from.on('error', end)
      from.on('close', () => {
        open.delete(from)
        end()
      })
      from.on('drain', () => to.resume())
      from.on('data', (chunk: Buffer) => {
        const end = from === target ? lastFrameEnd(chunk) : undefined
        if (end !== undefined) {
          proxy.cutAfterFrame = undefined
          left = end
        }
        const part = chunk.subarray(0, Math.ceil(left))
        left -= chunk.length
        if (left <= 0) return void to.write(part, cut)
        if (!to.write(chunk)) from.pause()
      })
    }
    pass(client, target)
    pass(target, client)
  })
  const [port = 0] = await freePorts(1)
  await once(server.listen(port, '127.0.0.1'), 'listening')

  const proxy: CuttingProxy = {
    port,
    cutBelowBytes: undefined,
    cutAfterFrame: undefined,
    get cuts() {
      return cuts
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
  return proxy
}
