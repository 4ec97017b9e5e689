import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { HttpV2Result } from '../../lib/envelopes/http-envelope.ts'
import { createHost, type Host, type HostOptions } from '../../lib/hosts/http-server.ts'
import type { toUrlEvent } from '../../lib/hosts/lambda-call.ts'
import { toServed } from '../../lib/hosts/served.ts'
import type { FunctionHandler } from '../../lib/kit/function.ts'
import type { Logger, LogLevel } from '../../lib/process/log.ts'

export type TestHost = Host & { readonly port: number; readonly logged: readonly string[] }
export type UrlEvent = ReturnType<typeof toUrlEvent>
export type Handle = (event: UrlEvent) => HttpV2Result | Promise<HttpV2Result>
export type TestHostOptions = Omit<HostOptions, 'functions'> & {
  readonly functions: ReadonlyMap<string, FunctionHandler>
}

export const result = (statusCode: number): HttpV2Result => ({
  statusCode,
  headers: {},
  body: '',
  isBase64Encoded: false,
})

/** A host in this process, with small limits and without measures, that serves `handle` at `/echo`. */
export const startTestHost = async (
  t: { after(end: () => void): void },
  handle: Handle = () => result(204),
  { functions, ...options }: Partial<TestHostOptions> = {},
): Promise<TestHost> => {
  const logged: string[] = []
  const log = (level: LogLevel) => (_fields: object, message: string) => {
    logged.push(`${level}: ${message}`)
  }
  const logger: Logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  // The handlers of this host.
  const handlers = functions ?? new Map([['echo', async (event: unknown) => handle(event as UrlEvent)]])
  const served = { log: logger, tokens: [], withoutToken: 'anonymous' } as const
  const host = createHost({
    functions: new Map([...handlers].map(([name, handler]) => [name, toServed({ ...served, name, handler })])),
    atAnyPath: false,
    maxBodyBytes: 1000,
    maxInFlight: 100,
    maxBytesInFlight: 100_000,
    requestTimeoutMs: 30_000,
    refusalDelayMs: 0,
    metrics: { serve: (_request, response) => response.end('metrics'), refused: () => {}, observeInFlight: () => {} },
    log: logger,
    ...options,
  })
  host.server.listen(0, '127.0.0.1')
  t.after(() => {
    host.server.close()
    host.server.closeAllConnections()
  })
  await once(host.server, 'listening')
  return { ...host, port: (host.server.address() as AddressInfo).port, logged } // A string only for pipes.
}
