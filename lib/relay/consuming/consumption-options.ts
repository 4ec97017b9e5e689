import type { ChannelModel } from 'amqplib'
import type { Logger } from '../../process/log.ts'
import type { Publisher } from '../broker/publisher.ts'
import type { RelayOptions, Source } from '../options.ts'
import type { Invoke } from '../relay-message.ts'
import type { Timings } from '../timings.ts'
import type { Counts } from '../watching/counts.ts'
import type { SourceView } from '../watching/source-view.ts'
import type { Gate } from './gate.ts'
import type { Intake } from './intake.ts'
import type { LastAlone } from './last-alone.ts'

/** What the taking of messages works with. */
export type ConsumptionOptions = {
  readonly connection: ChannelModel
  readonly publisher: Publisher
  readonly source: Source
  readonly name: string
  readonly options: RelayOptions
  readonly invoke: Invoke
  readonly gate: Gate
  readonly intake: Intake
  readonly lastAlone: LastAlone
  readonly counts: Counts
  readonly view: SourceView
  readonly log: Logger
  readonly timings: Timings
  /**
   * What an earlier consumption still has under way: the function is asked again only after it, so that `concurrency`
   * holds.
   */
  readonly earlier: Promise<unknown>
  /** Begins a drain. */
  readonly stopping: AbortSignal
  /** Ends a drain that takes too long. */
  readonly aborted: AbortSignal
}
