import { customResource } from './custom-resource-envelope.ts'
import { httpFamilies } from './http-families.ts'
import { family, opening } from './opening.ts'

/** Opens the events by which the provisioner is asked. No other function is to PUT to a URL that its event names. */
export const openRequests = opening([...httpFamilies, family(customResource)])
