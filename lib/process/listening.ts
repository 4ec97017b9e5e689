import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { ConfigError } from './errors.ts'

/**
 * Makes a server listen.
 *
 * @param where what somebody set, as messages call it: `PORT 8080`
 * @param host Absent: all addresses
 * @throws ConfigError with the reason of the system
 */
export const listen = async (server: Server, where: string, port: number, host?: string): Promise<AddressInfo> => {
  try {
    server.listen({ port, ...(host !== undefined && { host }) })
    await once(server, 'listening')
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code)
    throw new ConfigError(`${where} ${REASONS[code] ?? `cannot be listened on (${code}): choose another port`}`, {
      cause,
    })
  }
  return server.address() as AddressInfo // A string only for pipes.
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use (EADDRINUSE): stop the other program, or choose another port',
  EACCES: 'may not be used by this user (EACCES): choose a port from 1024',
  EADDRNOTAVAIL: 'is not on an address of this machine (EADDRNOTAVAIL): choose another host',
  ENOTFOUND: 'names a host that is not known (ENOTFOUND): choose another host',
}
