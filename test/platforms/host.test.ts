import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { type Running, runTable } from './truth.ts'

// Without any platform, so that a row of the table that is wrong shows wherever the tests run.
runTable('the host alone', async (FUNCTION, environment): Promise<Running> => {
  const host = await startHost({ ...environment, FUNCTION })
  return {
    post: (request) => ask({ port: host.port, ...request }),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  }
})
