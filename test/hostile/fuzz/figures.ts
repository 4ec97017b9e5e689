import { readFileSync } from 'node:fs'

/** What a run came to. */
export type Figures = {
  requests: number
  seconds: number
  events: number
  deadLetters: number
  /** Of the slowest request: until its answer where it came by HTTP, else CPU time. */
  slowestMs: number
  slowestIndex: number
  /** The most that a small request beside the others waited. */
  longestPauseMs: number
  /** Resident, in MiB: the most. */
  peakMiB: number
  statuses: Record<string, number>
  /** What did not hold, and the requests that showed it first. */
  faults: Record<string, number[]>
}

export const newFigures = (): Figures => ({
  requests: 0,
  seconds: 0,
  events: 0,
  deadLetters: 0,
  slowestMs: 0,
  slowestIndex: -1,
  longestPauseMs: 0,
  peakMiB: 0,
  statuses: {},
  faults: {},
})

const MOST_EXAMPLES = 5

export const addFault = ({ faults }: Figures, fault: string, index: number): void => {
  faults[fault] ??= []
  const examples = faults[fault]
  if (examples.length < MOST_EXAMPLES) examples.push(index)
}

export const addTime = (figures: Figures, ms: number, index: number): void => {
  if (ms <= figures.slowestMs) return
  figures.slowestMs = Math.round(ms)
  figures.slowestIndex = index
}

export const addStatus = ({ statuses }: Figures, status: string | number): void => {
  statuses[status] = (statuses[status] ?? 0) + 1
}

/** How much memory a process had at most (proc(5), VmHWM), in MiB. */
export const peakOf = (pid: number | undefined): number => {
  const [, kib] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kib) / 1024)
}
