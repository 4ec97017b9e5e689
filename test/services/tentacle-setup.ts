// As setup.ts, with a gateway of Ceph 20, and RabbitMQ 4.3 for whoever starts one: `node --test --test-global-setup=test/services/tentacle-setup.ts <files>`.
import { rm } from 'node:fs/promises'
import { globalSetup as setUp, globalTeardown as tearDown } from './setup.ts'
import { tentacleCommands } from './tentacle.ts'

let directory: string | undefined

export async function globalSetup(): Promise<void> {
  directory = tentacleCommands()
  process.env.PATH = `${directory}:${process.env.PATH}`
  process.env.TIDINGS_TEST_RABBITMQ = directory
  await setUp()
}

export async function globalTeardown(): Promise<void> {
  await tearDown()
  if (directory !== undefined) await rm(directory, { recursive: true, force: true })
}
