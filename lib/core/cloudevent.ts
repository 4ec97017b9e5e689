/**
 * A CloudEvent 1.0 in its JSON form (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md),
 * as far as we write it. Extensions are lower-case attributes beside the required ones.
 */
export type CloudEvent<Data = unknown> = {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject?: string
  /** RFC 3339, with the fraction the sender gave. */
  readonly time?: string
  readonly datacontenttype: 'application/json'
  /** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/sequence.md: text order is time order. */
  readonly sequence?: string
  /** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md */
  readonly traceparent?: string
  readonly tracestate?: string
  /** OpenStack's, in lower case: what filters judge by. */
  readonly priority?: string
  readonly data: Data
}
