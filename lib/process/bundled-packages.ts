// A bundle may have another version of this module (scripts/build.ts).

/** Optional packages that stand inside this program. */
export const BUNDLED_PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {}

/** Files that have to be in the folder of this program, by the name of the built-in function that reads them. */
export const FILES_BESIDE: ReadonlyMap<string, string> = new Map()
