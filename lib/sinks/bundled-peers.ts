/** The packages of sinks that stand inside this program. A bundle may have another version of this module (scripts/build.ts). */
export const BUNDLED_PEERS: Readonly<Record<string, () => Promise<unknown>>> = {}
