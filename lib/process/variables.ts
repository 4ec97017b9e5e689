import * as z from 'zod/mini'
import { ConfigError } from './errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the value of a variable has to be, and what to write where it is not. */
export type Rule = { readonly holds: (value: string) => boolean; readonly remedy: string }

export const wholeNumber = (least: number, most: number, example: number): Rule => ({
  holds: (value) => /^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most,
  remedy: `use a whole number from ${least} to ${most}, for example ${example}`,
})
export const oneOf = (...values: readonly string[]): Rule => ({
  holds: (value) => values.includes(value),
  remedy: `use one of ${values.join(', ')}`,
})
export const urlOf = (schemes: readonly string[], example: string): Rule => ({
  holds: (value) => schemes.includes(URL.parse(value)?.protocol ?? ''),
  remedy: `use a URL such as ${example}`,
})
export const anyText: Rule = { holds: () => true, remedy: '' }

/**
 * The variables that rules speak of. An empty one counts as absent: somebody meant to leave it out, as `FOO=` in a compose
 * file or an unset value of a Helm chart.
 *
 * @throws ConfigError naming each variable at fault and what to write instead; never a value, which may be a secret
 */
export const readVariables = <Name extends string>(
  rules: Readonly<Record<Name, Rule>>,
  environment: Environment,
): Readonly<Partial<Record<Name, string>>> => {
  const given = Object.fromEntries(Object.keys(rules).map((name) => [name, environment[name] || undefined]))
  // One schema with one check, not a schema a variable: each schema costs a cold start some 0.1 ms.
  const Variables = z.record(z.string(), z.optional(z.string())).check(({ value, issues }) => {
    for (const [name, { holds, remedy }] of Object.entries<Rule>(rules)) {
      const text = value[name]
      if (text !== undefined && !holds(text)) {
        issues.push({ code: 'custom', path: [name], message: remedy, input: text })
      }
    }
  })
  const parsed = z.safeParse(Variables, given)
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(explain).join('; '))
  return parsed.data as Partial<Record<Name, string>> // The names of the rules, no others.
}

const explain = ({ path, message }: z.core.$ZodIssue): string => `${path.join('.')}: ${message}`

/** Separated by commas; absent: undefined. */
export const list = (text: string | undefined): readonly string[] | undefined =>
  text
    ?.split(',')
    .map((part) => part.trim())
    .filter(Boolean)
