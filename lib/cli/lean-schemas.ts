import { extname, join, relative, sep } from 'node:path'
import type { Plugin } from 'esbuild'

const OURS = join(import.meta.dirname, '..')
const LEAN = join(OURS, `process/lean-zod${extname(import.meta.filename)}`)
/** The rooms that check messages of the wire. The rooms that check documents, which people write, and a user's own module keep zod. */
const ROOMS = ['ceph', 'openstack', 'process']

/** Puts lib/process/lean-zod.ts in the place of zod. It is not for bundles with a host, because a host compiles its schemas with zod. */
export const leanSchemas: Plugin = {
  name: 'lean-schemas',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^zod\/(mini|v4\/core)$/ }, ({ importer }) => {
      const [room = ''] = relative(OURS, importer).split(sep)
      return ROOMS.includes(room) ? { path: LEAN, sideEffects: false } : undefined
    })
  },
}
