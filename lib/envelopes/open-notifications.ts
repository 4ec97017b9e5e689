import { httpFamilies } from './http-families.ts'
import { kafka } from './kafka.ts'
import { family, opening } from './opening.ts'
import { rabbitmq } from './rabbitmq.ts'
import { sns } from './sns.ts'
import { sqs } from './sqs.ts'

/** Opens the events by which notifications come. */
export const openNotifications = opening([...httpFamilies, family(rabbitmq), family(kafka), family(sqs), family(sns)])
