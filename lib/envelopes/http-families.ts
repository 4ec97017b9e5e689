import { alb } from './alb-envelope.ts'
import { httpV1 } from './http-v1-envelope.ts'
import { httpV2 } from './http-v2-envelope.ts'
import { family } from './opening.ts'

/** However a platform hands an HTTP request over. */
export const httpFamilies = [family(httpV2), family(httpV1), family(alb)]
