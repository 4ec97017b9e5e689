// The least a forwarder can do: what bare-server.cjs does, and one POST of the bytes in EVENT to SINK_URL, over kept-alive
// connections, before it answers. Prints its port.
const http = require('node:http')

const agent = new http.Agent({ keepAlive: true, maxSockets: 32 })
const event = Buffer.from(process.env.EVENT)
const { hostname, port, pathname } = new URL(process.env.SINK_URL)
const options = {
  hostname,
  port,
  path: pathname,
  method: 'POST',
  agent,
  headers: { 'content-type': 'application/cloudevents+json', 'content-length': event.length },
}

const server = http.createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString())
    const outgoing = http.request(options, (answer) => {
      answer.resume()
      response.writeHead(answer.statusCode === 204 ? 204 : 503).end()
    })
    outgoing.on('error', () => response.writeHead(503).end())
    outgoing.end(event)
  })
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(server.address().port))
