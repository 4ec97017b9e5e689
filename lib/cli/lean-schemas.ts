import { extname, join, relative, sep } from 'node:path'
import type { Plugin } from 'esbuild'

const OURS = join(import.meta.dirname, '..')
const LEAN = join(OURS, `process/lean-zod${extname(import.meta.filename)}`)
/** The rooms that check messages of the wire. Documents, which people write, keep zod, and so does a module of one's own. */
const ROOMS = ['ceph', 'openstack', 'process']

/** Checks messages with lib/process/lean-zod.ts in place of zod. Not for bundles of hosts, which compile their schemas with zod. */
export const leanSchemas: Plugin = {
  name: 'lean-schemas',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^zod\/(mini|v4\/core)$/ }, ({ importer }) => {
      const [room = ''] = relative(OURS, importer).split(sep)
      return ROOMS.includes(room) ? { path: LEAN, sideEffects: false } : undefined
    })
  },
}
