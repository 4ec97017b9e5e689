// Runs a function of tidings under OpenFaaS's node22 template. The template's (event, context) becomes the event of a Lambda Function
// URL, and the result of the function becomes the answer. The bundle, <FUNCTION>.cjs, has to be in the same folder.
const { randomUUID } = require('node:crypto')

const name = process.env.FUNCTION
if (!name) throw new Error('FUNCTION: name the bundle beside this file, for example ceph-notifications')
// By default the template parses bodies, and a parsed body is not the bytes that were sent.
if (process.env.RAW_BODY !== 'true') throw new Error('RAW_BODY: set it to true')

const { handler } = require(`./${name}.cjs`)

// The template has no listener for the signal, so it would end at once. The watchdog gets the signal too. It waits for the open requests
// and then ends, and the container with it.
process.on('SIGTERM', () => {})

/** The template answers 200 to an error that is thrown, so this never throws. */
module.exports = async (event, context) => {
  try {
    const { statusCode, headers, body } = await handler(toHttpEvent(event), {
      functionName: name,
      awsRequestId: randomUUID(),
    })
    context
      .status(statusCode)
      .headers(headers ?? {})
      .succeed(bytesOf(body))
  } catch (error) {
    console.error(error)
    const problem = { code: 'internal_error', status: 503, title: 'Try again later', detail: 'the function failed' }
    context
      .status(503)
      .headers({ 'content-type': 'application/problem+json', 'retry-after': '1' })
      .succeed(bytesOf(JSON.stringify(problem)))
  }
}

const toHttpEvent = ({ method, path, query, headers, body }) => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: toQueryString(query),
  headers,
  requestContext: { http: { method } },
  // A request without a body has undefined here.
  body: Buffer.isBuffer(body) ? body.toString('base64') : '',
  isBase64Encoded: true,
})

/** The template has decoded the query: a `+` that was not percent-encoded has become a space by now. */
const toQueryString = (query) =>
  Object.entries(query)
    .flatMap(([key, values]) =>
      [values].flat().map((value) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`),
    )
    .join('&')

/** As bytes: the template would change the content type of text. */
const bytesOf = (body) => (body === undefined || body === '' ? undefined : Buffer.from(body))
