import { ConfigError } from '../../process/errors.ts'

/** AMQP 0-9-1 reply codes, as amqplib puts them into `code`. */
export const NOT_FOUND = 404
export const RESOURCE_LOCKED = 405
export const PRECONDITION_FAILED = 406

export const replyCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/**
 * What the broker says when a queue exists with other arguments, as 3.10.8 does: `inequivalent arg 'x-max-length' for
 * queue 'q' in vhost '/': received '10' but current is '20'`. Where one side has none: `received none but current is
 * the value '20' of type 'byte'`.
 */
const VALUE = /(?:the value )?'?(.*?)'?(?: of type '\w+')?/
const INEQUIVALENT = new RegExp(
  `inequivalent arg '([^']*)' for queue .*: received ${VALUE.source} but current is ${VALUE.source}(?:"|$)`,
)

/** A fault that no waiting mends, or undefined: then trying again may help. */
export const declarationFault = (error: unknown, queue: string, vhost: string): ConfigError | undefined => {
  if (replyCode(error) !== PRECONDITION_FAILED) return undefined
  const text = error instanceof Error ? error.message : ''
  const [, name, wanted, current] = INEQUIVALENT.exec(text) ?? []
  if (name === undefined)
    return new ConfigError(`the broker refuses queue ${queue} of vhost ${vhost}: see the cause`, { cause: error })
  return new ConfigError(
    `queue ${queue} of vhost ${vhost} exists with other arguments: its ${name} is ${current}, and ${wanted} is wanted. ` +
      'Delete it once it is empty, and it is declared anew; or set what it has; or take another name',
    { cause: error },
  )
}
