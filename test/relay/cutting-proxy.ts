import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { freePorts } from '../services/ports.ts'

export type CuttingProxy = {
  readonly port: number
  /** While it is set, each new connection is cut after a random number of bytes below it, in either direction. */
  cutBelowBytes: number | undefined
  /** The next connection that comes to this frame is cut there. */
  cutAt: CutAt | undefined
  /** How many connections were cut. */
  readonly cuts: number
  close(): Promise<void>
}

export type CutAt = {
  /** Of an AMQP frame from the broker: the first bytes of its payload. */
  readonly payload: Buffer
  /** `before`: the frame does not pass. `after`: it is the last one that passes. */
  readonly side: 'before' | 'after'
  /** So many such frames pass first, over all connections. */
  readonly skipped?: number
}

/** The header of a frame ends with the size of its payload; one byte ends the frame. */
const FRAME_HEADER_BYTES = 7

/** A TCP proxy that ends connections at random bytes, mostly in the middle of a frame; half of them by a reset. */
export const startCuttingProxy = async (targetPort: number): Promise<CuttingProxy> => {
  const open = new Set<Socket>()
  let cuts = 0
  let seen = 0

  /** Bytes of the chunk that pass before the cut at a frame; undefined where the chunk has no such frame. */
  const placeOfCut = (chunk: Buffer): number | undefined => {
    const { cutAt } = proxy
    if (cutAt === undefined) return undefined
    const { payload, side, skipped = 0 } = cutAt
    for (let at = chunk.indexOf(payload); at >= FRAME_HEADER_BYTES; at = chunk.indexOf(payload, at + 1)) {
      if (seen++ < skipped) continue
      seen = 0
      proxy.cutAt = undefined
      return side === 'before' ? at - FRAME_HEADER_BYTES : at + chunk.readUInt32BE(at - 4) + 1
    }
    return undefined
  }

  const server = createServer((client) => {
    const target = createConnection(targetPort, '127.0.0.1')
    const ends = [client, target]
    let left = Math.random() * (proxy.cutBelowBytes ?? Number.POSITIVE_INFINITY)
    let isEnding = false
    const end = () => {
      for (const socket of ends) socket.destroy()
    }
    const cut = () => {
      cuts++
      if (Math.random() < 0.5) for (const socket of ends) socket.resetAndDestroy()
      else end()
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
        if (isEnding) return
        left = (from === target ? placeOfCut(chunk) : undefined) ?? left
        left -= chunk.length
        isEnding = left <= 0
        if (isEnding) to.write(chunk.subarray(0, Math.ceil(chunk.length + left)), cut)
        else if (!to.write(chunk)) from.pause()
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
    cutAt: undefined,
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
