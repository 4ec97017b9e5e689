// An HTTP sink that takes everything: it answers 204 once it has read the body, DELAY_MS later if that is set. Prints its port.
const http = require('node:http')

const delay = Number(process.env.DELAY_MS ?? 0)
const server = http.createServer((request, response) => {
  const answer = () => response.writeHead(204).end()
  request.resume()
  request.on('end', () => (delay > 0 ? setTimeout(answer, delay) : answer()))
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(server.address().port))
