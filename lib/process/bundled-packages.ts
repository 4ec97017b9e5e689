/** Optional packages that stand inside this program. A bundle may have another version of this module (scripts/build.ts). */
export const BUNDLED_PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {}
