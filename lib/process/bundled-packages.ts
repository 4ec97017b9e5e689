/** Optional packages that are part of this program. A bundle may have another version of this module (scripts/build.ts). */
export const BUNDLED_PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {}
