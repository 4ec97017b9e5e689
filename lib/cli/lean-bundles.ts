import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Plugin } from 'esbuild'

// Plugins that put smaller code in the place of what a bundle would hold.

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

/** The modules in which the SDK searches for credentials: in files, from processes, and at services of AWS, each with its own client. */
const CREDENTIAL_SEARCH = /[\\/]node_modules[\\/]@aws-sdk[\\/]credential-provider-node[\\/]/
/** For answers that are streams of events, such as those of queries. No request to a gateway has such an answer. */
const EVENT_STREAMS =
  /[\\/]node_modules[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index\.js$/
/** A table of all operations of a service, an array each. */
const OPERATIONS = /[\\/]node_modules[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]\w+\.js$/
const ARRAY = /^((?:export )?(?:var|const) [\w$]+ = )(\[[\s\S]*?\]);$/gm

/**
 * Makes bundled clients of AWS' SDK much smaller. It leaves out the search for credentials, because the clients of a gateway are
 * always given some. It also leaves out operations that nobody calls: esbuild would keep them, because their names are computed.
 */
export const leanClients: Plugin = {
  name: 'lean-clients',
  setup: ({ onLoad }) => {
    onLoad({ filter: CREDENTIAL_SEARCH }, () => ({
      contents:
        'export const defaultProvider = () => async () => { throw new Error("the client was given no credentials") }',
    }))
    onLoad({ filter: EVENT_STREAMS }, () => ({
      contents: `export const resolveEventStreamSerdeConfig = (config) => config
        export const eventStreamSerdeProvider = () => ({})
        export class EventStreamSerde {}`,
    }))
    onLoad({ filter: OPERATIONS }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(ARRAY, '$1/* @__PURE__ */ (() => $2)();'),
    }))
  },
}

/** The tables of settings, with what each setting means. Docs and --help say it. */
const SETTINGS = /(?:-settings|-parameters|routes-config|gateway-connection|[\\/]log)\.[jt]s$/
const MEANING = /\bmeaning:\s*(?:(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)(?:\s*\+\s*)?)+,?/g

/** Leaves out what settings mean. For bundles of functions, which show no help. */
export const leanSettings: Plugin = {
  name: 'lean-settings',
  setup: ({ onLoad }) => {
    onLoad({ filter: SETTINGS }, async ({ path }) =>
      path.startsWith(join(OURS, sep))
        ? {
            contents: (await readFile(path, 'utf8')).replace(MEANING, ''),
            loader: path.endsWith('.ts') ? 'ts' : 'js',
          }
        : undefined,
    )
  },
}
