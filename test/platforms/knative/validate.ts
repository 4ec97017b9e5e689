import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modules, webhook } from './install.ts'
import type { Manifest } from './manifests.ts'
import { KAFKA_SOURCE, RABBITMQ_SOURCE } from './schemas.ts'

/** Kinds that we have written the fields of down ourselves. */
const SCHEMAS: Readonly<Record<string, object>> = { RabbitmqSource: RABBITMQ_SOURCE, KafkaSource: KAFKA_SOURCE }

/** The faults of manifests, a line each. Empty where there are none. */
export const faultsOf = async (manifests: readonly Manifest[]): Promise<readonly string[]> => {
  const own = manifests.filter(({ kind }) => kind in SCHEMAS)
  const modelled = manifests.filter(({ kind }) => !(kind in SCHEMAS)).map(withStatus)
  const services = manifests.filter(({ apiVersion }) => apiVersion.startsWith('serving.knative.dev/'))
  return [
    ...own.flatMap((manifest) => schemaFaults(SCHEMAS[manifest.kind] ?? false, manifest)),
    ...(await Promise.all(modelled.map(modelFaults))).flat(),
    ...typeFaults(modelled),
    ...services.flatMap(webhookFaults),
  ]
}

/** The models ask for the status of a SinkBinding, which is Knative's to write. */
const withStatus = (manifest: Manifest): Manifest =>
  manifest.kind === 'SinkBinding' ? { ...manifest, status: {} } : manifest

/** By ajv, against a JSON schema. */
export const schemaFaults = (schema: object | boolean, document: unknown): readonly string[] => {
  const ajv = new Ajv({ allErrors: true })
  ajv.validate(schema, document)
  return (ajv.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

type AjvError = { readonly instancePath: string; readonly message?: string; readonly params: object }
type AjvInstance = { validate(schema: object | boolean, document: unknown): boolean; errors: AjvError[] | null }
const { Ajv } = createRequire(`${modules}/`)('ajv') as { Ajv: new (options: object) => AjvInstance } // Of a version of its own.

/** The module of a kind, which has the kind as a class, and as an interface after an `I`. */
const modelOf = ({ apiVersion, kind }: Manifest): string => {
  const set = /\.knative\.dev\//.test(apiVersion) ? '@kubernetes-models/knative' : 'kubernetes-models'
  return `${modules}/${set}/${apiVersion}/${kind}.js`
}

/** By the validators that were generated from the Go types of Kubernetes and Knative: what is missing, of a wrong type or form. */
const modelFaults = async (manifest: Manifest): Promise<readonly string[]> => {
  const { [manifest.kind]: Model } = await import(modelOf(manifest))
  try {
    new Model(manifest).validate()
    return []
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${error}`]
  }
}

/** By the TypeScript types of the same models: what there is no field of. */
const typeFaults = (manifests: readonly Manifest[]): readonly string[] => {
  if (manifests.length === 0) return []
  const directory = mkdtempSync(`${modules}/check-`)
  try {
    for (const [index, manifest] of manifests.entries()) {
      const type = `import('${modelOf(manifest)}').I${manifest.kind}`
      writeFileSync(
        join(directory, `${index}.mts`),
        `export const manifest: ${type} = ${JSON.stringify(manifest, null, 1)}`,
      )
    }
    const options = '--ignoreConfig --noEmit --strict --skipLibCheck --target es2022 --module nodenext --types'.split(
      ' ',
    )
    const inputs = manifests.map((_, index) => join(directory, `${index}.mts`))
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, '', ...inputs], { encoding: 'utf8' })
    return stdout.split('\n').filter((line) => line.includes('error TS'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

/** By Knative's own webhook. */
const webhookFaults = (service: Manifest): readonly string[] => {
  const { problems } = JSON.parse(execFileSync(webhook, { input: JSON.stringify(service), encoding: 'utf8' }))
  return problems === '' ? [] : [`Service ${service.metadata.name}: ${problems}`]
}
