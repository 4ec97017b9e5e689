// moto's server, an emulator of AWS, on loopback. It keeps everything in memory.
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { motoServer } from './install-services.ts'
import { freePorts } from './ports.ts'
import { startDaemon } from './processes.ts'
import { untilListening } from './until-listening.ts'

export type Moto = {
  /** `http://127.0.0.1:<port>`: every service of AWS. It takes any credentials. */
  endpoint: string
  stop(): Promise<void>
}

/** One request at a time: by itself moto answers in threads, and two conditional updates of DynamoDB may both succeed. */
const SERVE = `
import sys, threading
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
app = DomainDispatcherApplication(create_backend_app)
lock = threading.Lock()
def one_at_a_time(environ, start_response):
    with lock:
        return app(environ, start_response)
run_simple('127.0.0.1', int(sys.argv[1]), one_at_a_time, threaded=True)`
const motoPython = join(dirname(motoServer), 'python')

export async function startMoto(): Promise<Moto> {
  const [port = 0] = await freePorts(1)
  const daemon = startDaemon(motoPython, ['-c', SERVE, `${port}`], join(tmpdir(), `moto-${port}.out`))
  process.on('exit', daemon.kill)
  await untilListening(port, daemon.exited)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      process.off('exit', daemon.kill)
      daemon.kill()
      await daemon.exited
    },
  }
}

/** A table for claims. Resolves to its CLAIMS_URL. */
export async function createClaimsTable({ endpoint }: Pick<Moto, 'endpoint'>): Promise<string> {
  const region = 'us-east-1'
  const client = new DynamoDBClient({ region, endpoint, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } })
  await client.send(
    new CreateTableCommand({
      TableName: 'claims',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  client.destroy()
  return `dynamodb://claims?region=${region}&endpoint=${endpoint}`
}
