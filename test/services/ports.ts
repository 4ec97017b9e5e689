import { createServer } from 'node:net'

/**
 * A block of consecutive free TCP ports on 127.0.0.1, so that clusters can run side by side.
 * Below 32768, where Linux begins to hand out ports to outgoing connections: those collided with listeners.
 */
export async function freePorts(count: number): Promise<number[]> {
  const lowest = 12_000
  const highest = 30_000
  for (let attempt = 0; attempt < 100; attempt++) {
    const first = lowest + Math.floor(Math.random() * (highest - lowest - count))
    const block = Array.from({ length: count }, (_, i) => first + i)
    const free = await Promise.all(block.map(isFree))
    if (free.every(Boolean)) return block
  }
  throw new Error(`no ${count} consecutive free ports on 127.0.0.1 between ${lowest} and ${highest}`)
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}
