// A stand-in for the index.js of OpenFaaS's node22 template, for machines that cannot get the real one. Express and its
// parsers are the real ones; this does with them what a handler can notice, faults included: whatever a handler throws is
// answered with 200, a query comes decoded, and what is too large is answered by Express alone.
const express = require('express')
const bodyParser = require('body-parser')
const handler = require('./function/handler')

const app = express()
app.disable('x-powered-by')
app.use((request, _response, next) => {
  request.headers['content-type'] ||= 'text/plain'
  next()
})
if (process.env.RAW_BODY === 'true')
  app.use(bodyParser.raw({ type: '*/*', limit: process.env.MAX_RAW_SIZE || '100kb' }))
else app.use(bodyParser.text({ type: 'text/*' }), bodyParser.json(), bodyParser.urlencoded({ extended: true }))

app.use((request, response) => {
  const { body, headers, method, query, path } = request
  let answered = false
  const context = {
    code: 200,
    fields: {},
    status: (code) => {
      if (code === undefined) return context.code
      context.code = code
      return context
    },
    headers: (fields) => {
      if (fields === undefined) return context.fields
      context.fields = fields
      return context
    },
    succeed: (result) => {
      answered = true
      const isDocument = Array.isArray(result) || result?.constructor === Object
      response
        .set(context.fields)
        .status(context.code)
        .send(isDocument ? JSON.stringify(result) : result)
    },
    fail: (error) => {
      answered = true
      if (context.code === 200) context.code = 500
      refuse(error)
    },
  }
  const refuse = (error) => response.status(context.code).send(String(error))
  Promise.resolve(handler({ body, headers, method, query, path }, context))
    .then((result) => answered || context.succeed(result))
    .catch(refuse)
})

const port = process.env.http_port || 3000
app.listen(port, () => console.log(`listening on port ${port}`))
