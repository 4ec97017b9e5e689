import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { freePorts } from '../services/ports.ts'

export type GateProxy = {
  readonly port: number
  /** Connections end, and new ones end at once. */
  cut(): void
  /** Each piece of bytes comes later by a random time below this. */
  slow(belowMs: number): void
  restore(): void
  close(): Promise<void>
}

/** A TCP proxy to a service that can be cut off, or made slow. */
export const startGateProxy = async (targetPort: number): Promise<GateProxy> => {
  const open = new Set<Socket>()
  let isCut = false
  let belowMs = 0

  const pass = (from: Socket, to: Socket): void => {
    open.add(from)
    let due = 0
    const later = (then: () => void): void => {
      due = Math.max(due, Date.now() + Math.random() * belowMs)
      if (due <= Date.now()) then()
      else setTimeout(then, due - Date.now())
    }
    from.setNoDelay(true)
    from.on('error', () => from.destroy())
    from.on('close', () => {
      open.delete(from)
      to.destroy()
    })
    from.on('end', () => later(() => to.end()))
    from.on('data', (chunk: Buffer) => later(() => to.write(chunk)))
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) return void client.on('error', () => {}).destroy()
    const target = createConnection({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true })
    pass(client, target)
    pass(target, client)
  })
  const [port = 0] = await freePorts(1)
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const endAll = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port,
    cut: () => {
      isCut = true
      endAll()
    },
    slow: (below) => {
      belowMs = below
    },
    restore: () => {
      isCut = false
      belowMs = 0
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      endAll()
      await closed
    },
  }
}
