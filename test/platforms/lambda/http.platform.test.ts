import {
  albEvent,
  functionUrlEvent,
  multiValueAlbEvent,
  restApiEvent,
  type SentRequest,
} from '../../envelopes/samples.ts'
import { type Running, runTable } from '../truth.ts'
import { startLambda } from './rie.ts'

type Result = {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, string[]>>
  readonly body: string
}

/** The ways by which HTTP reaches a function, each with its event: https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html */
const doors: Readonly<Record<string, (given: Partial<SentRequest>) => unknown>> = {
  'Function URL and HTTP API': functionUrlEvent,
  'REST API': restApiEvent,
  'load balancer': albEvent,
  'load balancer with multi-value headers': multiValueAlbEvent,
}

for (const [door, toEvent] of Object.entries(doors)) {
  runTable(`Lambda, ${door}`, async (bundle, environment): Promise<Running> => {
    const lambda = await startLambda({ bundle, environment })
    return {
      post: async ({ headers, body }) => {
        const invocation = await lambda.invoke(toEvent({ headers, body, path: '/' }))
        if ('threw' in invocation) throw new Error(`${JSON.stringify(invocation)} ${lambda.output.text}`)
        const result = invocation.returned as Result // As each door's documentation has it.
        return {
          status: result.statusCode,
          headers: { ...result.multiValueHeaders, ...result.headers },
          body: result.body,
        }
      },
      [Symbol.asyncDispose]: () => lambda[Symbol.asyncDispose](),
    }
  })
}
