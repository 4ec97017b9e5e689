type RawJson = { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }

// In Node since 21, and not yet in the library types of ES2024.
const { rawJSON, isRawJSON } = JSON as typeof JSON & RawJson

/** A number that keeps its text, e.g. beyond 2^53: `JSON.stringify` prints it as it was. */
export const rawNumber = rawJSON
export const isRawNumber = isRawJSON
