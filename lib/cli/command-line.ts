import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './terminal.ts'

export const text = { type: 'string' } as const
export const texts = { type: 'string', multiple: true } as const
export const flag = { type: 'boolean' } as const

type Options = NonNullable<ParseArgsConfig['options']>

/** @throws UsageError; never with a value, which may be secret */
export const parseCommandLine = <const Known extends Options>(args: readonly string[], options: Known) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // What follows the first sentence is about positional arguments.
    throw new UsageError(error.message.replace(/[.\n].*$/s, ''))
  }
}

/**
 * `name=value`, each of them.
 *
 * @throws UsageError where there is no `=`
 */
export const pairsOf = (name: string, given: readonly string[] = []): readonly (readonly [string, string])[] =>
  given.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`--${name} must have the form name=value`)
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
