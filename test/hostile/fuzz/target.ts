// A process of its own, for run-direct.ts: the three functions as a platform's runtime calls them, one call after the other.
import type { FunctionHandler } from '../../../lib/kit/function.ts'
import { lineWriter } from '../../../lib/process/line-writer.ts'
import { endOf, type Reply } from './reply.ts'
import { FUNCTIONS, type FunctionName, invocation } from './requests.ts'

const handlers = new Map<FunctionName, FunctionHandler>()
for (const name of FUNCTIONS) {
  const { handler }: { handler: FunctionHandler } = await import(`../../../functions/${name}.ts`)
  handlers.set(name, handler)
}

const call = async (name: FunctionName, event: unknown): Promise<Pick<Reply, 'result' | 'thrown'>> => {
  try {
    return { result: await handlers.get(name)?.(event, { functionName: name }) }
  } catch (error) {
    return { thrown: { code: error instanceof Error && 'code' in error ? error.code : undefined, text: String(error) } }
  }
}

let last = Promise.resolve()
process.on('message', ({ seed, index }: { readonly seed: number; readonly index: number }) => {
  last = last.then(async () => {
    const { name, event } = invocation(seed, index)
    const before = process.cpuUsage()
    const answer = await call(name, event)
    const { user, system } = process.cpuUsage(before)
    for (const output of [1, 2]) await lineWriter(output).write(`${endOf(index)}\n`)
    process.send?.({ index, ...answer, cpuMs: (user + system) / 1000 } satisfies Reply)
  })
})
process.send?.('ready')
