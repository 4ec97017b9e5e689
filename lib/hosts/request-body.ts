import type { IncomingMessage, ServerResponse } from 'node:http'

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

/** The reason for which there is no body: it exceeds the limit, there is no room for it now, or the client left half-way. */
export type NoBody = 'body_too_large' | 'overloaded' | 'aborted'

export type BodyOptions = {
  readonly maxBytes: number
  /** Reserves room as the body arrives. An announced length is reserved at once. */
  readonly lease: Lease
  /** Called before the first byte, unless the announced length is refused. */
  readonly onStart: () => void
}

const FIRST_BYTES = 4096
const NOTHING = Buffer.alloc(0)

/**
 * Reads a request's body. It counts the bytes that really come, because chunked bodies have no Content-Length. Several chunks are copied
 * into one buffer: a list of chunks of one byte each would take two hundred times the memory. Bytes that come after a refusal are dropped.
 */
export const readBody = (request: IncomingMessage, options: BodyOptions): Promise<Buffer | NoBody> =>
  new Promise((resolve) => {
    const { maxBytes, lease, onStart } = options
    let reserved = 0
    let buffer: Buffer = NOTHING
    let bytes = 0

    /** The reason for which there is no room for so many bytes. Undefined if there is room. */
    const reserve = (needed: number): NoBody | undefined => {
      if (needed <= reserved) return undefined
      if (needed > maxBytes) return 'body_too_large'
      const size = Math.min(maxBytes, Math.max(needed, 2 * reserved))
      if (!lease.grow(size)) return 'overloaded'
      reserved = size
      return undefined
    }
    const append = (chunk: Buffer): void => {
      // Most bodies come as one chunk. Nothing else uses its memory, so it is not copied.
      if (chunk.length === reserved) buffer = chunk
      else {
        if (buffer.length < reserved) buffer = enlarged(buffer, reserved)
        chunk.copy(buffer, bytes)
      }
      bytes += chunk.length
    }
    const onData = (chunk: Buffer): void => {
      const refusal = reserve(bytes + chunk.length)
      if (refusal === undefined) append(chunk)
      else refuse(refusal)
    }
    const refuse = (refusal: NoBody): void => {
      request.off('data', onData)
      buffer = NOTHING
      resolve(refusal)
    }

    const { 'content-length': announced = 0, 'transfer-encoding': encoding } = request.headers
    const refusal = reserve(encoding === undefined ? Number(announced) : Math.min(FIRST_BYTES, maxBytes))
    if (refusal !== undefined) return resolve(refusal)
    onStart()
    request.on('data', onData)
    request.on('end', () => resolve(bytes === buffer.length ? buffer : buffer.subarray(0, bytes)))
    // The first result counts. Node.js emits no error where nobody listens to it, and closes the request in any case.
    request.on('close', () => resolve('aborted'))
  })

const enlarged = (buffer: Buffer, size: number): Buffer => {
  const larger = Buffer.allocUnsafe(size)
  buffer.copy(larger)
  return larger
}

/** Whether a request announces a body that is not too large. No more than that will come. */
export const isWithin = ({ headers }: IncomingMessage, maxBytes: number): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= maxBytes

/** How long a client that sends too much may take to read its answer. */
const LINGER_MS = 1000

/**
 * Drops what a request sends, up to `maxBytes` of it, whoever else reads it: a client that is still sending reads its answer
 * only if it can go on, or sees the connection end in order. Beyond that nothing is read any more, and the connection ends
 * after the answer.
 */
export const boundBody = (request: IncomingMessage, response: ServerResponse, maxBytes: number): void => {
  let bytes = 0
  let isOver = false
  const endConnection = (): void => {
    request.socket.end()
    setTimeout(() => request.socket.destroy(), LINGER_MS).unref()
  }
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= maxBytes) return
    // Again each time: Node.js resumes a request once it is answered.
    request.pause()
    if (isOver) return
    isOver = true
    if (response.writableFinished) endConnection()
    else response.once('finish', endConnection)
  })
}
