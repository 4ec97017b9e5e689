/** How something is carried out. */
export type Run = {
  /** Requests at a time. */
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** `read` counts requests, `write` changes. */
export type Progress = { readonly stage: 'read' | 'write'; readonly done: number; readonly total: number }
