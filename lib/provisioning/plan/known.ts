/** A plan speaks only of what the document or the state names, so looking something up in these cannot fail. */
export const known = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('the plan was not made from this document and this state')
  return value
}
