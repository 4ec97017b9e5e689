/** The schemes of the URLs of sinks. They stand apart from what each needs, so that a function's bundle has the names alone. */
export const SINK_SCHEMES = [
  'log:',
  'http:',
  'https:',
  'file:',
  'amqp:',
  'amqps:',
  'redis:',
  'rediss:',
  'nats:',
  'kafka:',
  'arn:',
] as const
