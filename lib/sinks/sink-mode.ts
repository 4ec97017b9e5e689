/**
 * How an HTTP sink gets its events. `batch`: one alone structured, several as one batch. `structured`, `binary`: a request
 * for every event, which any receiver of CloudEvents takes (a Knative broker takes no batches).
 */
export const SINK_MODES = ['batch', 'structured', 'binary'] as const
export type SinkMode = (typeof SINK_MODES)[number]
