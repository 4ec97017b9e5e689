import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export type StackFunction = {
  readonly image: string
  readonly lang?: string
  readonly handler?: string
  readonly skip_build?: boolean
  readonly secrets?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly readonly_root_filesystem?: boolean
}

export type Stack = {
  readonly version: number
  readonly provider: { readonly name: string; readonly gateway: string }
  readonly functions: Readonly<Record<string, StackFunction>>
}

export type StackFile = 'stack' | 'connector' | 'node22'

/** A stack file as faas-cli reads it: variables put in first (`${NAME:-default}`), then parsed as YAML 1.1. */
export const readStack = (file: StackFile, variables: Readonly<Record<string, string>> = {}): Stack => {
  const text = readFileSync(fileURLToPath(new URL(`../../../deploy/openfaas/${file}.yaml`, import.meta.url)), 'utf8')
  return parse(
    text.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name: string, otherwise = '') => variables[name] || otherwise),
    { version: '1.1', merge: true },
  )
}

export const functionOf = ({ functions }: Stack, name: string): StackFunction => {
  const found = functions[name]
  if (found === undefined) throw new Error(`the stack has no function ${name}`)
  return found
}
