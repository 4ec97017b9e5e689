import type { Delivery, HttpOrigin } from '../delivery.ts'

/** A request by HTTP without its body: all that decides who is let in before a body is read. */
export type Caller = { readonly headers: Delivery['headers']; readonly origin: HttpOrigin }

/** Enough to find a function by, and no room for a log full of slashes. */
const LOGGED_PATH_LENGTH = 256

/** For the log: who called, and where. The query may hold a token, and so may what a client put behind a `#`. */
export const describeCaller = ({ sourceIp, path }: HttpOrigin) => ({
  peer: sourceIp,
  path: path.slice(0, LOGGED_PATH_LENGTH).split('#', 1)[0],
})
