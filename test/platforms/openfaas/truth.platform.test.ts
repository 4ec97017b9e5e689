import { ask } from '../../http-client.ts'
import { runTable, type StartFunction, TOKEN } from '../truth.ts'
import { startNode22 } from './node22.ts'
import { deploy, under } from './watchdog.ts'

/** As a function of the stack file, which finds its token in a file. */
const asDeployed =
  (nameOf: (functionName: string) => string): StartFunction =>
  async (functionName, { AUTH_TOKENS: _, ...environment }) => {
    const ends: (() => void | Promise<void>)[] = []
    const { port } = await deploy(
      { after: (end) => ends.push(end) },
      {
        name: nameOf(functionName),
        secrets: { 'auth-tokens': TOKEN },
        environment: { ...environment, FUNCTION: functionName },
      },
    )
    return {
      post: (request) => ask({ port, ...request }),
      async [Symbol.asyncDispose]() {
        for (const end of ends.toReversed()) await end()
      },
    }
  }

runTable(
  `the image for OpenFaaS ${under}`,
  asDeployed((functionName) => functionName),
  200,
)

runTable(
  'the plain image',
  asDeployed(() => 'ceph-notifications-plain'),
)

runTable(
  `the node22 template ${under}`,
  async (functionName, environment) => {
    const running = await startNode22(functionName, environment)
    return {
      post: (request) => ask({ port: running.port, ...request }),
      [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
    }
  },
  200,
)
