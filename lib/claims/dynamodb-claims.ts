import { randomUUID } from 'node:crypto'
import type { AttributeValue, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import type { Claimed, Held } from '../core/claims.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { loadPackage } from '../process/load-package.ts'
import type { Store } from './shared-claims.ts'

export type DynamodbOptions = { readonly leaseMs: number; readonly ttlMs: number; readonly timeoutMs: number }

/** `dynamodb://table?region=…&endpoint=…` */
export type ClaimsTable = { readonly table: string; readonly region?: string; readonly endpoint?: string }

/** The service reports times in whole seconds. */
const PRECISION_MS = 1000

type Item = Readonly<Record<string, AttributeValue>>

/**
 * Claims in a table of DynamoDB with the partition key `id` (a text), by conditional updates. A condition cannot read the clock of the
 * service, so leases are measured by what its answers tell as Date. `expires` is the attribute for its time to live.
 *
 * @throws ConfigError where the client is not installed
 */
export const openDynamodbClaims = async (place: ClaimsTable, options: DynamodbOptions): Promise<Store> => {
  const { DynamoDBClient, UpdateItemCommand, GetItemCommand, ConditionalCheckFailedException } = await loadPackage<
    typeof import('@aws-sdk/client-dynamodb')
  >('@aws-sdk/client-dynamodb', 'CLAIMS_URL')
  const { table: TableName, region, endpoint } = place
  const config: DynamoDBClientConfig = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: {
      connectionTimeout: options.timeoutMs,
      requestTimeout: options.timeoutMs,
      throwOnRequestTimeout: true,
    },
  }
  const client = new DynamoDBClient(config)
  const isRefused = (error: unknown): boolean =>
    error instanceof ConditionalCheckFailedException || (error instanceof Error && error.name === WRONG_TYPE)
  /** How far the clock of the service is ahead of ours. */
  let aheadMs = 0
  client.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = Date.now()
      const result = await next(args)
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> } // An HTTP response.
      const date = Date.parse(headers?.date ?? '')
      const [least, most] = [date - Date.now(), date + PRECISION_MS - sentAt]
      if (aheadMs < least || aheadMs > most) aheadMs = (least + most) / 2
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'tidingsClock' },
  )
  const clock = (): number => Math.round(Date.now() + aheadMs)
  const times = () => {
    const now = clock()
    return {
      ':until': numberOf(now + options.leaseMs),
      ':expires': numberOf(Math.ceil((now + Math.max(options.ttlMs, 2 * options.leaseMs)) / 1000)),
    }
  }

  /** Undefined where the condition does not hold, or the item is not a claim. */
  const update = async (
    key: string,
    change: Omit<ConstructorParameters<typeof UpdateItemCommand>[0], 'TableName' | 'Key'>,
  ) => {
    try {
      const command = new UpdateItemCommand({ TableName, Key: { id: { S: key } }, ReturnValues: 'ALL_NEW', ...change })
      return (await client.send(command)).Attributes
    } catch (error) {
      if (isRefused(error)) return undefined
      throw error
    }
  }

  const get = async (key: string): Promise<Item | undefined> =>
    (await client.send(new GetItemCommand({ TableName, Key: { id: { S: key } }, ConsistentRead: true }))).Item

  // Learns the clock of the service: every answer has it as Date.
  await get('none')

  const claim = async (key: string): Promise<Claimed> => {
    const claimed = await update(key, {
      // The SDK repeats a request that got no answer. By `#by` the repeated one recognizes the claim of the first.
      ConditionExpression:
        'attribute_not_exists(id) OR #by = :by OR #state = :free OR (#state = :held AND #until <= :now)',
      UpdateExpression:
        'SET #state = :held, #by = :by, #until = :until, #expires = :expires, #fence = if_not_exists(#fence, :zero) + :one',
      ExpressionAttributeNames: { ...names('state', 'by', 'until', 'expires', 'fence') },
      ExpressionAttributeValues: {
        ...times(),
        ':held': { S: 'held' },
        ':free': { S: 'free' },
        ':by': { S: randomUUID() },
        ':now': numberOf(clock() - PRECISION_MS),
        ':zero': numberOf(0),
        ':one': numberOf(1),
      },
    })
    if (claimed !== undefined) return { key, fence: readNumber(claimed, 'fence'), taken: readTaken(claimed) }
    const item = await get(key)
    if (item === undefined) return { heldUntil: Date.now() }
    if (item.state?.S === 'done') return 'done'
    if (!STATES.has(item.state?.S) || item.until?.N === undefined || item.fence?.N === undefined)
      return { error: new SinkUnavailableError(notAClaim(key, TableName)) }
    return { heldUntil: Date.now() + readNumber(item, 'until') + PRECISION_MS - clock() }
  }

  return {
    claim,
    mark: async ({ key, fence = 0, taken }, as) => {
      const marked = await update(key, {
        ConditionExpression: as === 'done' ? '#fence = :fence' : '#fence = :fence AND #state <> :done',
        UpdateExpression: 'SET #state = :state, #until = :until, #expires = :expires, #taken = :taken',
        ExpressionAttributeNames: names('state', 'until', 'expires', 'fence', 'taken'),
        ExpressionAttributeValues: {
          ...times(),
          ':state': { S: as },
          ':fence': numberOf(fence),
          ':taken': { S: JSON.stringify(taken) },
          ...(as !== 'done' && { ':done': { S: 'done' } }),
        },
      })
      return marked !== undefined
    },
    close: async () => client.destroy(),
  }
}

/** So the service also says that no number can be added to an attribute, which is a text for example. */
const WRONG_TYPE = 'ValidationException'

const STATES: ReadonlySet<string | undefined> = new Set(['held', 'free'])
const notAClaim = (key: string, table: string): string =>
  `the item ${key} in the table ${table} of CLAIMS_URL is not a claim: remove it, or use another table`

const names = (...attributes: readonly string[]) => Object.fromEntries(attributes.map((name) => [`#${name}`, name]))
const numberOf = (value: number): AttributeValue => ({ N: String(value) })
const readNumber = (item: Item, name: string): number => Number(item[name]?.N)
const readTaken = ({ taken }: Item): Held['taken'] => JSON.parse(taken?.S ?? '[]') as Held['taken'] // As `mark` wrote it.
