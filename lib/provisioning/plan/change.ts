/** One thing that is not as it should be. Plain data without secrets, fit for JSON and for eyes. */
export type Change = {
  /**
   * `bind`: put a rule as it is again, since older gateways keep a copy of the topic with it. `move`: a rule to another
   * topic.
   */
  readonly action: 'create' | 'update' | 'bind' | 'move' | 'remove'
  readonly kind: 'topic' | 'bucket' | 'rule'
  /** Of the topic or the bucket; the id of a rule. */
  readonly name: string
  /** Of a rule. */
  readonly bucket?: string
  readonly differences: readonly Difference[]
}

export type Difference = {
  readonly name: string
  /** Absent where there is none yet, or where it is what the gateway does by itself. */
  readonly from?: string
  /** Absent where none is wanted. */
  readonly to?: string
}

export const difference = (name: string, from: string | undefined, to: string | undefined): Difference => ({
  name,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
})
