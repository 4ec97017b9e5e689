import { httpFamilies } from './http-families.ts'
import { kafka } from './kafka-envelope.ts'
import { family, opening } from './opening.ts'
import { rabbitmq } from './rabbitmq-envelope.ts'
import { sns } from './sns-envelope.ts'
import { sqs } from './sqs-envelope.ts'

/** Opens the events by which notifications come. */
export const openNotifications = opening([...httpFamilies, family(rabbitmq), family(kafka), family(sqs), family(sns)])
