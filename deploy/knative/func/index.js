// A function of tidings for faas-js-runtime: its request becomes the event that a Function URL of Lambda would send, and the function's
// result its answer. FUNCTION says which one. `tidings build` writes a function of one's own beside a copy of this file.
const { randomUUID } = require('node:crypto')
const { existsSync } = require('node:fs')
const { createRequire } = require('node:module')
const { setTimeout: delay } = require('node:timers/promises')

const name = process.env.FUNCTION || 'ceph-notifications'
const ownFunction = `${__dirname}/function.cjs`
/** The runtime ends the process without waiting for answers that are on their way out. */
const LAST_ANSWERS_MS = 200

let handler
let stopping = false
let inFlight = 0
let rest = () => {}

/** Before the runtime serves: what fails here ends the process, and says why. */
const init = () => {
  const ofRuntime = createRequire(require.resolve('faas-js-runtime'))
  // The runtime answers 500 for batches and for what is no valid CloudEvent, and fastify 400 for what is no JSON, before any function is
  // asked. Ours reads all of them, and sets aside what nobody can read: a sender would repeat it for ever.
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
    // What it was is in the function's own log.
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
  // `?headers=` and `?query=` of a request stand in the runtime's context in place of what they name.
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

/** JSON and CloudEvents come as text, so that bytes that are no UTF-8 are lost; of forms there is the rawBody. */
const bytesOf = (body, rawBody) => {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : (rawBody ?? ''))
}

/** A name that came several times has a list. */
const pairsOf = (query) => Object.entries(query).flatMap(([key, value]) => [value].flat().map((each) => [key, each]))

// The runtime takes an answer without a body for a body.
const toAnswer = ({ statusCode, headers, body }) => ({ statusCode, headers, body: body ?? '' })
