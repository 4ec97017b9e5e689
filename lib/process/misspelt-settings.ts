import { oneCharacterFrom } from './did-you-mean.ts'
import type { Environment, Setting, Table } from './settings.ts'

/** Shorter names are too similar to the variables of other programs. */
const MIN_LENGTH = 8

/**
 * A warning for each variable that is set and whose name differs by one character from that of a setting in these tables. It is
 * probably misspelt, and nothing reads it.
 */
export const misspeltSettings = (environment: Environment, tables: readonly Table[]): readonly string[] => {
  const names = tables.flatMap(Object.entries<Setting>).flatMap(namesOf)
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (!value || variable.length < MIN_LENGTH || names.includes(variable)) return []
    const name = oneCharacterFrom(variable, names)
    return name === undefined ? [] : [`${variable} is set, but there is no such setting: did you mean ${name}?`]
  })
}

const namesOf = ([name, { rule }]: [string, Setting]): readonly string[] =>
  rule.isSecret ? [name, `${name}_FILE`] : [name]
