import { readdirSync, readFileSync } from 'node:fs'

/** One request as a gateway sent it. `name` is `<release>/<event>.<rule>.<number>`. */
export type Capture = {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const CEPH = new URL('./fixtures/ceph/', import.meta.url)

/** Every request that real Ceph gateways sent (test/fixtures/README.md tells how they were caught). */
export const cephCaptures = (): readonly Capture[] =>
  readdirSync(CEPH, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => readCapture(path.slice(0, -'.json'.length)))

/** One of them by its name. */
export const cephCapture = (name: string): Capture => readCapture(name)

const readCapture = (name: string): Capture => {
  const { headers, body } = JSON.parse(readFileSync(new URL(`${name}.json`, CEPH), 'utf8')) as Omit<Capture, 'name'> // The shape of each fixture.
  return { name, headers, body }
}
