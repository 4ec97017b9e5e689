import { Agent } from 'node:http'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { startHost } from '../../host-process.ts'
import { ask } from '../../http-client.ts'
import { addFault, addStatus, addTime, type Figures, newFigures, peakOf } from './figures.ts'
import { startGatewayStandIn } from './gateway-stand-in.ts'
import { faultsOfAnswer, faultsOfEvent, faultsOfLog, kindOfLine, secretsIn } from './judge.ts'
import { httpRequest } from './requests.ts'
import { ENVIRONMENT } from './secrets.ts'

const AT_ONCE = 32
const MAX_MIB = 512
const PROBE_EVERY_MS = 50

/** Sends requests to a real host, over connections that stay, and judges all that it answers and writes. */
export const runHttp = async (count: number, seed: number, from = 0): Promise<Figures> => {
  const figures = newFigures()
  const gateway = await startGatewayStandIn()
  await using host = await startHost({
    ...ENVIRONMENT,
    RGW_ENDPOINT: gateway.url,
    RGW_ATTEMPTS: '1',
    REFUSAL_DELAY_MS: '0',
  })
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const { port } = host
  const identities = new Set<string>()
  let mostOutputs = 0
  let next = from
  let isOver = false
  const started = Date.now()

  const one = async (index: number): Promise<void> => {
    const { name, events, mostOutputs: most, ...request } = httpRequest(seed, index)
    mostOutputs += most
    if (events !== undefined) identities.add(`h${seed}-${index}`)
    const sentAt = performance.now()
    const { status = 0, headers, body } = await ask({ port, agent, ...request })
    addTime(figures, performance.now() - sentAt, index)
    addStatus(figures, status)
    figures.requests++
    const faults = [
      ...faultsOfAnswer(status, body, name === 'ceph-provisioner'),
      ...secretsIn(JSON.stringify(headers), 'headers'),
    ]
    for (const fault of faults) addFault(figures, fault, index)
    if (events !== undefined && status !== 204) addFault(figures, `an intact notification is answered ${status}`, index)
  }
  const worker = async (): Promise<void> => {
    while (next < from + count) await one(next++)
  }
  /** Asks for nothing but an answer. How long it waits is a figure and no fault: it depends on what else the machine does. */
  const probe = async (): Promise<void> => {
    while (!isOver) {
      const askedAt = performance.now()
      await ask({ port, method: 'GET', path: '/healthz' })
      figures.longestPauseMs = Math.max(figures.longestPauseMs, Math.round(performance.now() - askedAt))
      await delay(PROBE_EVERY_MS)
    }
  }
  /** What the host wrote so far is judged and thrown away, so that a long run takes no more memory than a short one. */
  const judgeOutput = async (): Promise<void> => {
    const [events, log] = [host.events as unknown[], host.log as unknown[]] // Its own lists, emptied here.
    do {
      await nextTurn()
      for (const event of events.splice(0)) {
        const line = JSON.stringify(event)
        figures.events++
        for (const [identity] of line.matchAll(/h\d+-\d+/g)) identities.delete(identity)
        for (const fault of faultsOfEvent(line)) addFault(figures, fault, next)
      }
      for (const entry of log.splice(0)) {
        const line = JSON.stringify(entry)
        if (kindOfLine(line) === 'dead letter') figures.deadLetters++
        for (const fault of faultsOfLog(line)) addFault(figures, fault, next)
      }
      await delay(PROBE_EVERY_MS)
    } while (!isOver || events.length + log.length > 0)
  }

  const others = [probe(), judgeOutput()]
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  figures.seconds = (Date.now() - started) / 1000
  figures.peakMiB = peakOf(host.process.pid)
  isOver = true
  await Promise.all(others)
  agent.destroy()
  gateway.close()
  if (identities.size > 0) addFault(figures, `${identities.size} intact notifications gave no event`, -1)
  if (figures.peakMiB > MAX_MIB) addFault(figures, `more than ${MAX_MIB} MiB`, -1)
  if (figures.events + figures.deadLetters > mostOutputs)
    addFault(figures, 'more outputs than the input has room for', -1)
  return figures
}
