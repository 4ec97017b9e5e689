import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'

/** An object of Kubernetes, as far as every one is alike. */
export type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of it, it asserts on
  readonly spec: any
  readonly status?: object
}

export const directory = fileURLToPath(new URL('../../../deploy/knative/', import.meta.url))

export const files: readonly string[] = readdirSync(directory).filter((file) => file.endsWith('.yaml'))

export const readManifests = (file: string): readonly Manifest[] =>
  parseAllDocuments(readFileSync(`${directory}${file}`, 'utf8')).map((document) => document.toJS())

/** All but the kustomization, which is for kubectl alone. */
export const allManifests = (): readonly Manifest[] =>
  files.filter((file) => file !== 'kustomization.yaml').flatMap(readManifests)

export const manifestOf = (kind: string, name: string): Manifest => {
  const found = allManifests().find((each) => each.kind === kind && each.metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${kind} ${name} in deploy/knative`)
  return found
}

/** Variables of a container that stand in the manifest; those from Secrets are left out. */
export const variablesOf = ({ spec }: Manifest): Record<string, string> => {
  const [container] = spec.template.spec.containers
  const plain = container.env.filter(({ value }: { value?: string }) => value !== undefined)
  return Object.fromEntries(plain.map(({ name, value }: { name: string; value: string }) => [name, value]))
}
