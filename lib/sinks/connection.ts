/** A connection that is opened when it is first needed, and anew after it was lost. */
export type Connection<Client> = {
  /** @throws whatever `open` throws; the next call tries again */
  get(): Promise<Client>
  /** Closes it, if it is open. */
  close(): Promise<void>
}

/** @param open connects, and calls `lost` when the connection is lost */
export const createConnection = <Client>(
  open: (lost: () => void) => Promise<Client>,
  close: (client: Client) => Promise<unknown>,
): Connection<Client> => {
  let current: Promise<Client> | undefined
  return {
    get() {
      if (current !== undefined) return current
      const opening = open(() => {
        if (current === opening) current = undefined
      })
      current = opening
      opening.catch(() => {
        if (current === opening) current = undefined
      })
      return opening
    },
    async close() {
      const closing = current
      current = undefined
      const client = await closing?.catch(() => undefined)
      if (client !== undefined) await close(client)
    },
  }
}

/** The hosts of a URL such as `amqp://one,two:5672/`: the port is that of all. */
export const hostsOf = ({ hostname, port }: URL, defaultPort: number): readonly { host: string; port: number }[] =>
  hostname.split(',').map((host) => ({ host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port || defaultPort) }))
