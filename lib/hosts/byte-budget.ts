/** Bytes of bodies that a process holds, being read or being handled. */
export type ByteBudget = {
  /** A part of it for one request, empty at first. */
  lease(): Lease
}

export type Lease = {
  /** Makes it so many bytes. False, and nothing changes, when others hold too much for that. */
  grow(bytes: number): boolean
  release(): void
}

export const createByteBudget = (maxBytes: number): ByteBudget => {
  let held = 0
  return {
    lease: () => {
      let own = 0
      return {
        grow: (bytes) => {
          if (held - own + bytes > maxBytes) return false
          held += bytes - own
          own = bytes
          return true
        },
        release: () => {
          held -= own
          own = 0
        },
      }
    },
  }
}
