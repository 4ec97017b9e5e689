/** The packages of sinks that stand inside this program. The bundles of hosts have another version of this module (lib/cli/bundling.ts). */
export const BUNDLED_PEERS: Readonly<Record<string, () => Promise<unknown>>> = {}
