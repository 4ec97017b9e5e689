import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const TOPICS = '<ListTopicsResponse><ListTopicsResult><Topics></Topics></ListTopicsResult></ListTopicsResponse>'
const CREATED =
  '<CreateTopicResponse><CreateTopicResult><TopicArn>arn:aws:sns:default::a</TopicArn></CreateTopicResult></CreateTopicResponse>'
const NO_BUCKET = '<Error><Code>NoSuchBucket</Code></Error>'

/** A stand-in for a gateway that has nothing and keeps nothing: a real one would be slower than the requests come. */
export const startGatewayStandIn = async () => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    if (request.url === '/' && request.method === 'POST') response.end(body.includes('CreateTopic') ? CREATED : TOPICS)
    else response.writeHead(404, { 'content-type': 'application/xml' }).end(NO_BUCKET)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A string only for pipes.
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
