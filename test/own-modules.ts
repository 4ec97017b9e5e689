import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGE = new URL('../lib/index.ts', import.meta.url).href

/** Modules as a person writes them, in a folder that goes with the test. `'tidings'` stands for this package. */
export const ownModules = (
  t: { after(end: () => void): void },
  modules: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-own-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const paths = Object.keys(modules).map((name) => [name, join(folder, name)] as const)
  for (const [name, path] of paths) writeFileSync(path, (modules[name] ?? '').replaceAll("'tidings'", `'${PACKAGE}'`))
  return Object.fromEntries(paths)
}

/** TypeScript that prints each object's key. */
export const CEPH_FUNCTION = `import { ceph, type CephContext } from 'tidings'

export const handler = ceph().on('*', ({ record }: CephContext): void => console.log(JSON.stringify({ key: record.key })))
`

/** TypeScript that prints each event's id, and knows no poison but one. */
export const OPENSTACK_FUNCTION = `import { openstack, SetAside, type OpenstackContext } from 'tidings'

export default openstack().on('*', ({ event: { id }, data }: OpenstackContext): void => {
  if (data.eventType === 'poison') throw new SetAside('not for me')
  console.log(JSON.stringify({ id }))
})
`

/** A handler that knows nothing of this package. It prints what it is called with, and answers it. */
export const FOREIGN_FUNCTION = `export const handler = async (event: any, context: { functionName: string }) => {
  console.log(JSON.stringify({ by: context.functionName, body: event.body ?? Object.values(event.rmqMessagesByQueue ?? {}).flat().length }))
  if (event.body === 'throw') throw new Error('no')
  return event.body === 'status' ? { statusCode: 418, headers: { 'X-Own': 'yes' }, body: 'short and stout' } : { heard: event.body }
}
`
