type RawJson = { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }

// Node.js has it since version 21, but the library types of ES2024 do not.
const { rawJSON, isRawJSON } = JSON as typeof JSON & RawJson

/** A number that keeps its text, e.g. beyond 2^53: `JSON.stringify` prints it as it was. */
export const rawNumber = rawJSON
export const isRawNumber = isRawJSON
