// The least an HTTP receiver can do: read the body, parse it, answer 204. Prints its port.
const http = require('node:http')

const server = http.createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString())
    response.writeHead(204).end()
  })
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(server.address().port))
