/** A plan names only topics and rules of the document or the state, so that a lookup there cannot fail. */
export const known = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('the plan was made from another document or another state')
  return value
}
