/** One HTTP request, before a platform wraps it. Text bodies travel as text, bytes in base64. */
export type SentRequest = {
  readonly method: string
  readonly path: string
  /** As it stands in the URL. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  readonly sourceIp: string
}

const post: SentRequest = {
  method: 'POST',
  path: '/ceph-notifications',
  query: '',
  headers: { 'content-type': 'application/json' },
  body: '{"Records":[]}',
  sourceIp: '192.0.2.7',
}

/** Payload 2.0: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export const functionUrlEvent = (given: Partial<SentRequest> = {}) => {
  const sent = { ...post, ...given }
  const { method, path, query, headers, sourceIp } = sent
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    cookies: ['a=b'],
    headers,
    requestContext: {
      accountId: 'anonymous',
      domainName: 'abc.lambda-url.eu-central-1.on.aws',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'curl/8' },
      routeKey: '$default',
      stage: '$default',
    },
    ...bodyOf(sent),
  } as const
}

/** Payload 1.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
export const restApiEvent = (given: Partial<SentRequest> = {}) => {
  const sent = { ...post, ...given }
  const query = queryPairs(sent.query).map(([name, value]) => [name, decodeURIComponent(value)] as const)
  return {
    resource: '/{proxy+}',
    path: sent.path,
    httpMethod: sent.method,
    headers: sent.headers,
    multiValueHeaders: lists(Object.entries(sent.headers)),
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: lists(query),
    pathParameters: null,
    requestContext: { stage: 'test', identity: { sourceIp: sent.sourceIp, userAgent: 'curl/8' } },
    ...bodyOf(sent),
  }
}

/** A target group without multi-value headers: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
export const albEvent = (given: Partial<SentRequest> = {}) => {
  const sent = { ...post, ...given }
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/t/1' } },
    httpMethod: sent.method,
    path: sent.path,
    queryStringParameters: Object.fromEntries(queryPairs(sent.query)),
    headers: { ...sent.headers, 'x-forwarded-for': sent.sourceIp },
    ...bodyOf(sent),
  }
}

/** A target group with multi-value headers. */
export const multiValueAlbEvent = (given: Partial<SentRequest> = {}) => {
  const { headers, queryStringParameters: _single, ...event } = albEvent(given)
  return {
    ...event,
    multiValueQueryStringParameters: lists(queryPairs(given.query ?? '')),
    multiValueHeaders: lists(Object.entries(headers)),
  }
}

const bodyOf = ({ body }: SentRequest) =>
  typeof body === 'string' ? { body, isBase64Encoded: false } : { body: body.toString('base64'), isBase64Encoded: true }

const queryPairs = (query: string): (readonly [string, string])[] =>
  query
    .split('&')
    .filter(Boolean)
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])

const lists = (pairs: readonly (readonly [string, string])[]): Record<string, string[]> => {
  const result: Record<string, string[]> = {}
  for (const [name, value] of pairs) result[name] = [...(result[name] ?? []), value]
  return result
}
