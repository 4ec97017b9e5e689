import { startHost } from '../../host-process.ts'
import { ask } from '../../http-client.ts'
import { freePorts } from '../../services/ports.ts'
import { type Running, runTable } from '../truth.ts'

const server = new URL('../../../dist/server.cjs', import.meta.url).pathname

// The process that Lambda starts for a web function, with the variables that it sets. Its own runtime cannot run here.
runTable('the host as a Lambda web function', async (FUNCTION, environment): Promise<Running> => {
  const [port] = await freePorts(1)
  const host = await startHost(
    { ...environment, FUNCTION, PORT: '1', AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.1:${port}` },
    server,
  )
  return {
    post: (request) => ask({ port: host.port, ...request }),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  }
})
