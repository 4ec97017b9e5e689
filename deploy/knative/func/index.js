// A function of tidings for faas-js-runtime. A request becomes the event that a Function URL of Lambda would send. The result of the
// function becomes the answer. FUNCTION names the function. `tidings build` writes your own function beside a copy of this file.
const { randomUUID } = require('node:crypto')
const { existsSync } = require('node:fs')
const { createRequire } = require('node:module')
const { setTimeout: delay } = require('node:timers/promises')

const name = process.env.FUNCTION || 'ceph-notifications'
const ownFunction = `${__dirname}/function.cjs`
/** The runtime ends the process without waiting for answers that are still being sent. */
const LAST_ANSWERS_MS = 200

let handler
let stopping = false
let inFlight = 0
let rest = () => {}

/** Runs before the runtime serves. An error here ends the process, and its message is printed. */
const init = () => {
  const ofRuntime = createRequire(require.resolve('faas-js-runtime'))
  // Before it calls the function, the runtime answers 500 to batches and to invalid CloudEvents, and fastify answers 400 to bodies that
  // are not JSON. A sender would repeat them without end. Our function reads all of them, and makes dead letters of unreadable ones.
  ofRuntime('cloudevents').HTTP.isEvent = () => false
  createRequire(ofRuntime.resolve('fastify'))('secure-json-parse').parse = (text) => text
  handler = require(existsSync(ownFunction) ? ownFunction : `tidings/dist/${name}.cjs`).handler
}

const handle = async (context) => {
  inFlight += 1
  try {
    const event = toEvent(context)
    return event ? toAnswer(await handler(event, { functionName: name, awsRequestId: randomUUID() })) : UNREADABLE
  } catch {
    // The function has logged the error itself.
    return FAILED
  } finally {
    inFlight -= 1
    if (inFlight === 0) rest()
  }
}

const shutdown = async () => {
  stopping = true
  await delay(Number(process.env.SHUTDOWN_GRACE_MS || 5000))
  if (inFlight > 0) {
    await new Promise((resolve) => {
      rest = resolve
    })
  }
  await delay(LAST_ANSWERS_MS)
}

const liveness = () => 'OK'

const readiness = (_request, reply) => (stopping ? reply.code(503).send('stopping') : 'OK')

module.exports = { init, handle, shutdown, liveness, readiness }

const problem = (status, code, title, headers) => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ code, status, title }),
})
const UNREADABLE = problem(400, 'decode_failed', 'The query hides the request')
const FAILED = problem(503, 'internal_error', 'Try again later', { 'retry-after': '1' })

const toEvent = ({ body, rawBody, headers, query, method }) => {
  // The parameters `?headers=` and `?query=` of a request replace the headers and the query in the runtime's context.
  if (typeof headers !== 'object' || typeof query !== 'object') return undefined
  const bytes = bytesOf(body, rawBody)
  return {
    version: '2.0',
    rawPath: '/',
    rawQueryString: new URLSearchParams(pairsOf(query)).toString(),
    headers,
    requestContext: { http: { method } },
    body: bytes.toString('base64'),
    isBase64Encoded: true,
  }
}

/** JSON and CloudEvents come as text, so bytes that are not UTF-8 are lost. Forms come as rawBody. */
const bytesOf = (body, rawBody) => {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : (rawBody ?? ''))
}

/** A name that came several times has a list. */
const pairsOf = (query) => Object.entries(query).flatMap(([key, value]) => [value].flat().map((each) => [key, each]))

// The runtime would send an answer without `body` as if it were a body itself.
const toAnswer = ({ statusCode, headers, body }) => ({ statusCode, headers, body: body ?? '' })
