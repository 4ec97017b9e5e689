// Shared by the benchmarks: programs run in turn, medians, and one line a figure.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

/** The notification that everything is measured with: 1.1 kB, of Ceph 20.2.4. */
export const notification: string = JSON.parse(
  readFileSync(new URL('../test/fixtures/ceph/20.2.4/ObjectCreated_Put.plain.1.json', import.meta.url), 'utf8'),
).body

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = Number.NaN, high = low] = sorted.slice(middle - 1 + (sorted.length % 2), middle + 1)
  return (low + high) / 2
}

/** Runs every program once a round, so that whatever else the machine does hits all of them; the median of each. */
export const inTurn = async <Name extends string>(
  rounds: number,
  programs: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> => {
  const names = Object.keys(programs) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results[name].push(await programs[name]())
  }
  return Object.fromEntries(names.map((name) => [name, median(results[name])])) as Record<Name, number>
}

/** Runs a program to its end; what it prints. */
export const output = async (command: string, args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
  return (await text(child.stdout)).trim()
}

/** Starts a server that prints its port once it listens. */
export const startServer = async (command: string, args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(child.stdout, 'data')
  return { port: Number(String(line).trim()), stop: () => stop(child) }
}

const stop = async (child: ChildProcess): Promise<void> => {
  child.kill()
  await once(child, 'exit')
}

export const report = (what: string, value: string, aim: string): void => {
  process.stdout.write(`${what.padEnd(58)} ${value.padStart(10)}   aim ${aim}\n`)
}
